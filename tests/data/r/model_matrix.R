# The matrices of R's model.matrix for the formulas below, over table.csv, written to model_matrix.json.
#   Rscript --vanilla model_matrix.R        in this folder; needs R alone
# A formula after "=>" is how R spells what slopewise writes before it.

table <- read.csv("table.csv", stringsAsFactors = FALSE)
table$t <- as.logical(table$t)

C <- function(object, ...) stats::C(as.factor(object), ...)  # R's own takes nothing but factors

formulas <- c(
  # operators, their precedence and the order of terms
  "a", "a + b", "b + a", "1", "0 + a", "a - 1", "-1 + a", "a + 0 + b", "a + b - a", "a:b", "a*b", "a*b - a",
  "a*b - a:b", "a/b", "a/b/f", "(a + b)/f", "a/(f + g)", "a*b/f", "f/a", "f/a - 1", "f/g", "f/g - 1", "g %in% f",
  "f + g %in% f", "a %in% f * g", "a:f %in% g", "(a + b) %in% f", "a %in% (f + g)", "(a + b + f)^2", "(a + b + f)**2 - a:b",
  "(a + f + g)^3", "(a + f)^2 - 1", "a:(b + f)^2", "a/b^2", "f:a + a", "a*f*g - a:f:g", "a + b + a:b:f",
  "a*b*f - (a:b + f)", ". - y", "a + (b + f)", "1 + a", "a + -1", "a - 0",
  # categories: which levels a term needs beside the terms before it
  "f", "0 + f", "f + g", "0 + f + g", "g + f - 1", "f*g", "f*g - 1", "f:g", "0 + f:g", "f + f:g", "g + f:g", "f*g - f",
  "a:f", "0 + a:f", "a + a:f", "f + a:f", "a*f", "0 + a*f", "a:f:g", "f:g:a + f:a", "a*f*g", "t", "0 + t", "f*t",
  "C(n)", "C(n)*a", "C(n):g", "0 + C(t) + f", "f + C(f)", "f + a:f + b:g", "f*g*t", "(f + g + t)^2",
  # contrasts
  "C(f, contr.sum)", "C(f, sum)", "0 + C(f, contr.sum)", "C(f, contr.sum)*a", "C(f, contr.sum)*g",
  "C(f, contr.sum):a", "C(f, contr.sum)*C(g, contr.helmert)", "a + C(f, contr.sum):C(g, contr.sum):a",
  "C(f, contr.helmert)", "C(n, contr.helmert)*a", "C(n, contr.poly)", "C(f, poly)", "C(n, contr.poly)*f",
  "C(n, contr.poly)*C(f, contr.sum)*a", "0 + C(n, contr.poly) + g", "C(m, contr.poly)", "C(m, contr.poly):b",
  "C(f, contr.treatment, base = 2)", "C(f, contr.treatment, base = 3)*a", "0 + C(f, contr.treatment, base = 2):g",
  "C(f, base = 'q') => C(f, contr.treatment, base = 2)",
  "C(f, Treatment('r')) => C(f, contr.treatment, base = 3)",
  "C(f, Treatment(reference = 'r'))*g => C(f, contr.treatment, base = 3)*g",
  "C(n, Treatment(2)) => C(n, contr.treatment, base = 2)",
  "C(size, levels = c('lo', 'mid', 'hi')) => factor(size, levels = c('lo', 'mid', 'hi'))",
  "C(size, levels = ['lo', 'mid', 'hi'])*a => factor(size, levels = c('lo', 'mid', 'hi'))*a",
  "C(size, Poly, levels = ['lo', 'mid', 'hi'])*g => C(factor(size, levels = c('lo', 'mid', 'hi')), contr.poly)*g",
  "C(n, Sum, levels = [3, 1, 2]) => C(factor(n, levels = c(3, 1, 2)), contr.sum)",
  # functions
  "log(a) + log2(b)", "log10(a):log1p(b)", "sqrt(a)*f", "exp(-a) + abs(a - b)", "I(a^2) + I(a*b)", "I(a**0.5/b - 2)",
  "I((a + b)^2/2):g", "log(a + 1)", "log(sqrt(a)*b)", "I(-a^2)", "I(2^-a)", "{a^2 + 1} => I(a^2 + 1)",
  "poly(a, 3)", "poly(a, 2, raw = TRUE)", "poly(a, degree = 2)*f", "poly(log(a), 2):g", "poly(a, 2):poly(b, 2)",
  "0 + poly(n, 2)", "scale(a)", "scale(a)*f", "scale(log(a)):scale(b)", "0 + scale(a):C(f, contr.sum)",
  "center(a) => scale(a, scale = FALSE)", "center(a)*f => scale(a, scale = FALSE)*f",
  "center(log(a)):b + g => scale(log(a), scale = FALSE):b + g",
  "center(a):center(b) => I((a - mean(a)) * (b - mean(b)))", "poly(a, 2) + scale(b) + C(f, contr.sum):a"
)

number <- function(x) sub("^-0$", "0", sprintf("%.15g", x))
quoted <- function(x) paste0('"', gsub('"', '\\\\"', x), '"')
records <- vapply(formulas, function(line) {
  spelled <- strsplit(line, " => ", fixed = TRUE)[[1]]
  matrix <- model.matrix(as.formula(paste("y ~", spelled[length(spelled)])), table)
  columns <- apply(matrix, 2, function(column) paste0("[", paste(number(column), collapse = ","), "]"))
  sprintf('{"formula": %s, "names": [%s],\n "columns": [%s]}', quoted(spelled[1]),
          paste(quoted(colnames(matrix)), collapse = ", "), paste(columns, collapse = ",\n  "))
}, "")
writeLines(c("[", paste(records, collapse = ",\n"), "]"), "model_matrix.json")
