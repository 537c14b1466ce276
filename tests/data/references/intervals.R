# Wilson's interval and the two-proportion test by prop.test without correction, Benjamini and
# Hochberg's adjustment by p.adjust.
#   Rscript intervals.R > intervals.json
row <- function(x) paste0("[", paste(format(x, digits = 12, trim = TRUE, scientific = TRUE), collapse = ", "), "]")
wilson <- sapply(list(c(0, 12), c(3, 10), c(45, 100), c(81, 263), c(15, 148), c(2999, 3000)), function(v) {
  found <- suppressWarnings(prop.test(v[1], v[2], correct = FALSE))$conf.int
  sprintf('{"yes": %d, "of": %d, "interval": %s}', v[1], v[2], row(found)) })
two <- sapply(list(c(45, 100, 60, 220), c(5, 40, 300, 960), c(250, 1000, 2400, 10398), c(33, 90, 33, 90)), function(v) {
  found <- suppressWarnings(prop.test(c(v[1], v[3]), c(v[2], v[4]), correct = FALSE))
  sprintf('{"yes": [%d, %d], "of": [%d, %d], "p": %s}', v[1], v[3], v[2], v[4], format(found$p.value, digits = 12)) })
p <- c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)
cat(sprintf('{"made_with": "%s",\n "wilson": [\n  %s],\n "two_proportions": [\n  %s],\n "p": %s,\n "adjusted": %s}\n',
    R.version.string, paste(wilson, collapse = ",\n  "), paste(two, collapse = ",\n  "), row(p), row(p.adjust(p, "BH"))))
