# Log-likelihood and BIC of latent class models by e1071::lca on yes_and_no.csv, the likeliest of
# 12 random starts each.
#   Rscript latent_classes.R > latent_classes.json
suppressMessages(library(e1071))
set.seed(1968)
data <- as.matrix(read.csv("yes_and_no.csv", header = FALSE))
said <- sapply(1:4, function(k) {
  fits <- lapply(1:12, function(i) lca(data, k, niter = 500))
  best <- fits[[which.max(sapply(fits, function(f) f$logl))]]
  sprintf('  {"classes": %d, "loglik": %s, "bic": %s, "parameters": %d}', k,
          format(best$logl, digits = 10), format(best$bic, digits = 10), as.integer(best$np))
})
cat(sprintf('{"made_with": "%s, e1071 %s", "runs": [\n%s\n]}\n', R.version.string,
            packageVersion("e1071"), paste(said, collapse = ",\n")))
