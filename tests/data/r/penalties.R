# What glmnet says of penalised models on real tables: lasso, ridge and elastic net, and their cross-validation, written
# to penalties.json.
#   Rscript --vanilla penalties.R        in this folder; needs glmnet (Debian: r-cran-glmnet)
# slopewise minimises, with v the weights, W their sum, f the penalty factors and s_j the spread of column j,
#   1/(2W) sum v (y - b - x.w)^2 + lambda (1 - l1_ratio)/2 sum f_j (s_j w_j)^2 + lambda l1_ratio sum f_j |s_j w_j|
# and glmnet, which divides y by its standard deviation (weighted, of the population) and scales its factors to a sum
# of p (the number of columns),
#   1/(2W) sum v (y - b - x.w)^2 + mu (1 - a)/(2 sd(y)) sum g_j (s_j w_j)^2 + mu a sum g_j |s_j w_j|,  g = f p / sum(f)
# so that the two are one for
#   a = l1_ratio / (l1_ratio + (1 - l1_ratio) sd(y))      mu = lambda (l1_ratio + (1 - l1_ratio) sd(y)) sum(f) / p
# s_j is the standard deviation of the population, weighted. Without an intercept glmnet takes the root of the mean
# square for sd(y), slopewise for s_j too, so columns are divided by it here and glmnet standardises nothing.

suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1)

case <- function(table, target, columns, ratio, lambdas, intercept = TRUE, standardize = TRUE, factors = NULL,
                 positive = FALSE, weights = NULL) {
  file <- if (grepl("/", table)) table else paste0("tables/", table, ".csv")
  if (is.null(factors)) factors <- rep(1, length(columns))
  list(table = file, target = target, columns = columns, ratio = ratio, lambdas = lambdas, intercept = intercept,
       standardize = standardize, factors = factors, positive = positive, weights = weights)
}

cars <- c("wt", "hp", "cyl")
jobs <- c("income", "women", "education")
provinces <- c("Agriculture", "Education", "Catholic", "Infant.Mortality")
economy <- c("GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year")
schools <- c("percent", "dollars", "pay")
houses <- c("area", "Lot.Area", "Overall.Qual", "Overall.Cond", "Year.Built", "Year.Remod.Add", "Total.Bsmt.SF",
            "X1st.Flr.SF", "X2nd.Flr.SF", "Low.Qual.Fin.SF", "Full.Bath", "Half.Bath", "Bedroom.AbvGr",
            "Kitchen.AbvGr", "TotRms.AbvGrd", "Fireplaces", "Garage.Area", "Wood.Deck.SF", "Open.Porch.SF")
ames <- "../../../examples/ames.csv"

cases <- list(
  case("mtcars", "mpg", cars, 1, c(4, 1, 0.2, 0.01, 0.0001)),
  case("mtcars", "mpg", cars, 0, c(100, 1, 0.1, 0.001)),
  case("mtcars", "mpg", cars, 0.5, c(8, 2, 0.3, 0.01), intercept = FALSE),
  case("prestige", "prestige", jobs, 0.5, c(20, 3, 0.2, 0.001)),
  case("prestige", "prestige", jobs, 1, c(10, 3, 0.5, 0.01), positive = TRUE),
  case("prestige", "prestige", jobs, 1, c(30, 5, 0.5, 0.01), intercept = FALSE),
  case("swiss", "Fertility", provinces, 1, c(5, 1, 0.3, 0.01), factors = c(1, 0, 2, 0.5)),
  case("swiss", "Fertility", provinces, 0.25, c(200, 20, 2, 0.1), standardize = FALSE),
  case("swiss", "Fertility", provinces, 0, c(10, 1, 0.1, 0.001), intercept = FALSE),
  case("swiss", "Fertility", provinces, 0, c(10, 1, 0.1, 0.001), factors = c(2, 1, 0, 0.5)),
  case("longley", "Employed", economy, 0, c(10, 0.5, 0.01, 0.0001)),
  case("longley", "Employed", economy, 1, c(3, 0.5, 0.05, 0.005)),
  case("states", "SATM", schools, 0.7, c(30, 5, 0.5, 0.01), weights = "pop"),
  case("states", "SATM", schools, 0, c(10, 1, 0.05), weights = "pop"),
  case("states", "percent", c("dollars", "pay", "SATM"), 1, c(10, 3, 0.5, 0.01), weights = "pop", positive = TRUE),
  case(ames, "price", houses, 1, c(50000, 10000, 1000, 100, 10)),
  case(ames, "price", houses, 0, c(10, 1, 0.1, 0.001)),
  case(ames, "price", houses, 0.3, c(100000, 1000, 0.5, 0.01), positive = TRUE),
  case(ames, "price", houses, 0.9, c(100000, 10000, 1000, 10), factors = rep(c(0, 1, 2, 0.5), length.out = 19))
)

spread <- function(x, v, about) sqrt(sum(v * (x - about)^2) / sum(v))

answered <- function(given) {
  data <- read.csv(given$table, check.names = FALSE)
  data <- data[complete.cases(data[c(given$columns, given$target, given$weights)]), ]
  x <- as.matrix(data[given$columns])
  y <- data[[given$target]]
  v <- if (is.null(given$weights)) rep(1, length(y)) else data[[given$weights]]
  by_hand <- given$standardize && !given$intercept
  scale <- if (by_hand) apply(x, 2, spread, v, 0) else rep(1, ncol(x))
  part <- given$ratio + (1 - given$ratio) * spread(y, v, if (given$intercept) weighted.mean(y, v) else 0)
  a <- given$ratio / part
  mu <- given$lambdas * part * sum(given$factors) / ncol(x)
  fit <- glmnet(sweep(x, 2, scale, "/"), y, weights = v, alpha = a, lambda = mu, intercept = given$intercept,
                standardize = given$standardize && !by_hand, penalty.factor = given$factors,
                lower.limits = if (given$positive) 0 else -Inf, thresh = 1e-22, maxit = 1e8)
  list(table = given$table, target = given$target, columns = given$columns, weights = given$weights,
       l1_ratio = given$ratio, intercept = given$intercept, standardize = given$standardize,
       factors = given$factors, positive = given$positive, rows = length(y), lambdas = given$lambdas,
       glmnet_alpha = a, glmnet_lambdas = mu, intercepts = unname(fit$a0),
       coefficients = unname(t(as.matrix(fit$beta) / scale)))
}

# Cross-validation of the lasso, whose lambda is the same for both in every fold; row i (of the complete ones, from 1)
# is in fold (i - 1) %% folds. cvsd is the weighted deviation of the folds' errors over sqrt(folds - 1).

validated <- function(given, folds) {
  data <- read.csv(given$table, check.names = FALSE)
  data <- data[complete.cases(data[c(given$columns, given$target, given$weights)]), ]
  y <- data[[given$target]]
  v <- if (is.null(given$weights)) rep(1, length(y)) else data[[given$weights]]
  fit <- cv.glmnet(as.matrix(data[given$columns]), y, weights = v, lambda = given$lambdas,
                   foldid = (seq_along(y) - 1) %% folds + 1, lower.limits = if (given$positive) 0 else -Inf,
                   thresh = 1e-22, maxit = 1e8)
  list(table = given$table, target = given$target, columns = given$columns, weights = given$weights,
       positive = given$positive, rows = length(y), folds = folds, lambdas = given$lambdas, mean = fit$cvm,
       std_error = fit$cvsd, nonzero = unname(fit$nzero), best = fit$lambda.min, one_se = fit$lambda.1se)
}

grid <- function(from, to) 10^seq(log10(from), log10(to), length.out = 12)
folds <- list(
  list(case("mtcars", "mpg", cars, 1, grid(5, 0.01)), 4),
  list(case("swiss", "Fertility", provinces, 1, grid(8, 0.01)), 5),
  list(case("states", "SATM", schools, 1, grid(30, 0.1), weights = "pop"), 6),
  list(case("prestige", "prestige", jobs, 1, grid(12, 0.01), positive = TRUE), 10),
  list(case(ames, "price", houses, 1, grid(60000, 10)), 10)
)

# JSON: a list with names is an object, one without is an array; so is a vector, unless it is a single value out of I().

number <- function(x) sprintf(ifelse(x == signif(x, 6), "%.6g", "%.17g"), x)
wrapped <- function(open, items, close) paste0(open, paste(items, collapse = ","), close)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.matrix(x)) return(wrapped("[", apply(x, 1, function(row) json(I(row))), "]"))
  if (is.list(x)) return(wrapped("{", paste0('"', names(x), '":', vapply(x, json, "")), "}"))
  items <- if (is.character(x)) sprintf('"%s"', x) else if (is.logical(x)) tolower(x) else number(x)
  if (length(x) == 1 && !inherits(x, "AsIs")) items else wrapped("[", items, "]")
}

made_with <- list(R = as.character(getRversion()), glmnet = as.character(packageVersion("glmnet")))
lines <- function(records) paste(vapply(records, json, ""), collapse = ",\n")
writeLines(c("{", paste0('"made_with": ', json(made_with), ","), '"cases": [', lines(lapply(cases, answered)), "],",
             '"folds": [', lines(lapply(folds, function(one) validated(one[[1]], one[[2]]))), "]", "}"),
           "penalties.json")
