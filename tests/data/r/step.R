# What R's step makes of mtcars and swiss, by AIC and BIC, in each direction, written to step.json.
#   Rscript --vanilla step.R        in this folder; base R alone
# AIC and BIC are those of AIC() and BIC(), which count σ; step's own differ from them by a constant.

number <- function(x) sprintf("%.17g", x)
text <- function(x) paste0('"', x, '"')
array <- function(x) paste0("[", paste(x, collapse = ", "), "]")

path <- function(table, name, formula, direction, k, label) {
  DATA <<- table  # step fits again where the formula was made
  whole <- lm(formula, DATA)
  none <- lm(update(formula, . ~ 1), DATA)
  start <- if (direction == "forward") none else whole
  found <- step(start, scope = list(lower = update(formula, . ~ 1), upper = formula), direction = direction, k = k, trace = 0)
  terms <- attr(terms(found), "term.labels")
  criterion <- if (label == "bic") BIC(found) else AIC(found)
  values <- found$anova$AIC - found$anova$AIC[length(found$anova$AIC)] + criterion
  steps <- sub("^([+-]) ", "\\1", as.character(found$anova$Step))
  paste0('{"table": ', text(name), ', "formula": ', text(paste(deparse(formula), collapse = "")), ', "direction": ', text(direction), ', "by": ',
         text(label), ',\n   "steps": ', array(text(steps)), ', "rss": ', array(number(found$anova$`Resid. Dev`)),
         ',\n   "criterion": ', array(number(values)), ', "terms": ', array(text(terms)), '}')
}

cases <- c()
for (direction in c("forward", "backward", "both")) for (label in c("aic", "bic")) {
  k <- function(table) if (label == "bic") log(nrow(table)) else 2
  formula <- mpg ~ cyl + disp + hp + drat + wt + qsec + vs + am + gear + carb
  cases <- c(cases, path(mtcars, "mtcars", formula, direction, k(mtcars), label))
  formula <- Fertility ~ Agriculture + Examination + Education + Catholic + Infant.Mortality + Education:Catholic +
    Agriculture:Examination
  cases <- c(cases, path(swiss, "swiss", formula, direction, k(swiss), label))
}
columns <- function(table) paste0("{", paste0(text(names(table)), ": ", sapply(table, function(x) array(number(x))), collapse = ",\n   "), "}")
out <- paste0('{"made_with": ', text(R.version.string), ',\n "tables": {"mtcars": ', columns(mtcars), ',\n  "swiss": ',
              columns(swiss), '},\n "paths": [\n  ', paste(cases, collapse = ",\n  "), "\n ]}\n")
cat(out, file = "step.json")
