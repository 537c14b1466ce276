# Cluster-wise stability by fpc::clusterboot (Hennig 2007) on overlapping_groups.csv: hierarchical
# clustering with average linkage, cut at k groups; half of the points without replacement.
#   Rscript stability.R > stability.json
suppressMessages(library(fpc))
data <- as.matrix(read.csv("overlapping_groups.csv", header = FALSE))
B <- 400
row <- function(x) paste0("[", paste(format(x, digits = 8, trim = TRUE), collapse = ", "), "]")
said <- c()
for (k in 2:4) {
  sink("/dev/null")
  found <- clusterboot(data, B = B, bootmethod = "subset", subtuning = floor(nrow(data) / 2),
                       clustermethod = hclustCBI, k = k, method = "average", scaling = FALSE,
                       seed = 2007 + k, count = FALSE)
  sink()
  said <- c(said, sprintf(
    '  {"k": %d, "size": %s, "mean": %s, "sd": %s, "dissolved": %s, "recovered": %s,\n   "partition": %s}',
    k, row(as.vector(table(found$partition))), row(found$subsetmean),
    row(apply(found$subsetresult, 1, sd)), row(found$subsetbrd), row(found$subsetrecover),
    row(found$partition)))
}
cat(sprintf('{"made_with": "%s, fpc %s", "B": %d, "runs": [\n%s\n]}\n', R.version.string,
            packageVersion("fpc"), B, paste(said, collapse = ",\n")))
