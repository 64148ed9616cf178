# What R says of linear models on real tables: lm, sandwich, lmtest and car, written to inference.json.
#   Rscript --vanilla inference.R        in this folder; needs sandwich, lmtest and car (Debian: r-cran-<name>)
# Formulas are written as slopewise writes them; R spells C(f) as factor(f). Rows that miss a value that the model uses
# are left out before anything is computed, as na.omit does, so that poly() too is of the rows of the fit. Text columns
# become factors with their levels by code point. Numbers are written to 17 digits; what R does not give is null.

suppressPackageStartupMessages({library(sandwich); library(lmtest); library(car)})
invisible(Sys.setlocale("LC_COLLATE", "C"))
LEVELS <- c(0.95, 0.90)
FULL <- 1 - 1e-10  # a row of at least this leverage fits itself
MOST <- 400        # tables with more rows give the figures of their first FIRST rows alone
FIRST <- 50

model <- function(table, formula, small, hypotheses, weights = NULL, clusters = NULL, name = table) {
  file <- if (grepl("/", table)) table else paste0("tables/", table, ".csv")
  list(name = name, table = file, formula = formula, small = small, hypotheses = hypotheses, weights = weights,
       clusters = clusters)
}

models <- list(
  model("stackloss", "stack.loss ~ `Air Flow` + `Water Temp` + `Acid Conc`", "stack.loss ~ `Air Flow`",
        c("`Air Flow` = `Water Temp`", "`Water Temp` = 1, `Acid Conc` = 0")),
  model("longley", "Employed ~ GNP.deflator + GNP + Unemployed + Armed.Forces + Population + Year",
        "Employed ~ GNP + Year", c("GNP.deflator = 0, GNP = 0, Population = 0", "Unemployed = 2*Armed.Forces")),
  model("swiss", "Fertility ~ Agriculture*Education + Catholic + Infant.Mortality", "Fertility ~ Education + Catholic",
        c("Agriculture = 0, Agriculture:Education = 0", "Infant.Mortality = 1", "Education = Agriculture")),
  model("mtcars", "mpg ~ wt + I(wt^2) + hp + C(cyl)", "mpg ~ wt + hp",
        c("C(cyl)[T.6] = C(cyl)[T.8]", "wt = 0, I(wt^2) = 0", "Intercept = 40, hp = -0.02")),
  model("cars", "dist ~ 0 + speed + I(speed^2)", "dist ~ 0 + speed", c("speed = 1", "speed = 1, I(speed^2) = 0.1")),
  model("airquality", "Ozone ~ Solar.R + poly(Wind, 2) + Temp + C(Month)", "Ozone ~ Solar.R + Temp",
        c("C(Month)[T.6] = 0, C(Month)[T.7] = 0, C(Month)[T.8] = 0", "poly(Wind, 2)[1] = 0, poly(Wind, 2)[2] = 0",
          "Temp = 1.5, C(Month)[T.7] = C(Month)[T.8]")),
  model("npk", "yield ~ C(block) + C(N)*C(P)*C(K)", "yield ~ C(block) + C(N)",
        c("C(N)[T.1] = 5", "C(block)[T.2] = C(block)[T.3], C(P)[T.1]:C(K)[T.1] = 0")),
  model("chickweight", "log(weight) ~ Time*C(Diet) + I(Time^2)", "log(weight) ~ Time + I(Time^2)",
        c("C(Diet)[T.3] = C(Diet)[T.4]", "Time:C(Diet)[T.2] = 0, Time:C(Diet)[T.3] = 0, Time:C(Diet)[T.4] = 0"),
        clusters = c("Chick", "Time")),
  model("duncan", "prestige ~ income + education + type", "prestige ~ income + education",
        c("income = education", "type[T.prof] = type[T.wc]", "income = 0.5, education = 0.5")),
  model("duncan", "prestige ~ type*income + education", "prestige ~ type + income + education",
        name = "duncan_by_type", c("type[T.prof]:income = 0, type[T.wc]:income = 0", "income = 1, education = 0")),
  model("moore", "conformity ~ fcategory*partner.status", "conformity ~ fcategory + partner.status",
        c("fcategory[T.low] = fcategory[T.medium]", "Intercept = 12",
          "fcategory[T.low]:partner.status[T.low] = 0, fcategory[T.medium]:partner.status[T.low] = 0")),
  model("freedman", "crime ~ log(density) + nonwhite", "crime ~ log(density)", weights = "population",
        c("log(density) = 0", "log(density) = 200, nonwhite = 20")),
  model("states", "SATM ~ percent + dollars + pay", "SATM ~ percent", weights = "pop", clusters = "region",
        c("dollars = 0, pay = 0", "percent = -1")),
  model("states", "SATV ~ percent + I(percent^2) + region", "SATV ~ percent + I(percent^2)", weights = "pop",
        c("region[T.NE] = region[T.MA]", "percent = -2, I(percent^2) = 0.01"), name = "states_by_region"),
  model("prestige", "prestige ~ log(income) + women + I(100 - women) + education + type",
        "prestige ~ log(income) + type",
        c("women = 0, education = 3", "type[T.prof] = type[T.wc]", "log(income) = 10")),
  model("blackmore", "log1p(exercise) ~ age*group", "log1p(exercise) ~ age", clusters = "subject",
        c("age:group[T.patient] = 0", "group[T.patient] = 0, age = 0.05")),
  model("petersen", "y ~ x", "y ~ 1", c("x = 1", "Intercept = 0, x = 1"), clusters = c("firm", "year")),
  model("salaries", "log(salary) ~ rank + discipline + yrs.since.phd + yrs.service + sex",
        "log(salary) ~ rank + discipline",
        c("yrs.since.phd = yrs.service", "rank[T.AsstProf] = -0.1, rank[T.Prof] = 0.2", "sex[T.Male] = 0")),
  model("davis", "repwt ~ weight*sex + repht", "repwt ~ weight + repht",
        c("weight = 1, repht = 0", "sex[T.M] = 0, weight:sex[T.M] = 0")),
  model("whiteside", "Gas ~ Insul*Temp + 0", "Gas ~ Insul + Temp + 0",
        c("Insul[After] = Insul[Before]", "Temp = -0.3, Insul[T.Before]:Temp = 0")),
  model("cars93", "MPG.city ~ Weight + Cylinders + Origin", "MPG.city ~ Weight + Cylinders",
        c("Cylinders[T.four] = Cylinders[T.six]", "Origin[T.non-USA] = 0, Weight = -0.01")),
  model("cars93", "log(Price) ~ Horsepower + Cylinders + 0", "log(Price) ~ Horsepower + 0", weights = "Passengers",
        name = "cars93_price",
        c("Cylinders[four] = Cylinders[five], Cylinders[five] = Cylinders[six]", "Horsepower = 0.005")),
  model("../../../examples/anscombe.csv", "y1 ~ x1", "y1 ~ 1", c("x1 = 0.5", "Intercept = 3, x1 = 0.5"),
        name = "anscombe_1"),
  model("../../../examples/anscombe.csv", "y4 ~ x4", "y4 ~ 1", c("x4 = 0.5", "Intercept = 3, x4 = 0.5"),
        name = "anscombe_4"),
  model("publicschools", "Expenditure ~ Income + I(Income^2)", "Expenditure ~ Income",
        c("Income = 0, I(Income^2) = 0", "I(Income^2) = 0")),
  model("../../../examples/ames.csv", "log(price) ~ log(area) + Overall.Qual + Lot.Frontage + Bldg.Type + Year.Built",
        "log(price) ~ log(area) + Lot.Frontage", clusters = c("Neighborhood", "Yr.Sold"), name = "ames",
        c("Bldg.Type[T.Twnhs] = Bldg.Type[T.TwnhsE]", "log(area) = 0.5, Overall.Qual = 0.1"))
)

# JSON: a list with names is an object, one without is an array; so is a vector, unless it is a single value out of I().

number <- function(x) ifelse(!is.finite(x), "null", sprintf(ifelse(x == signif(x, 6), "%.6g", "%.17g"), x))
quoted <- function(x) sprintf('"%s"', x)  # no name of ours holds a quotation mark or a backslash
wrapped <- function(open, items, close) paste0(open, paste(items, collapse = ","), close)
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.matrix(x)) return(wrapped("[", apply(x, 1, function(row) json(I(row))), "]"))
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(wrapped("[", items, "]"))
    return(wrapped("{", paste0(quoted(names(x)), ":", items), "}"))
  }
  items <- if (is.character(x)) quoted(x) else number(as.numeric(x))
  if (length(x) == 1 && !inherits(x, "AsIs")) items else wrapped("[", items, "]")
}

array_of <- function(x) if (!is.null(x)) I(x)

# Names and formulas.

as_r <- function(formula) gsub("\\bC\\(", "factor(", formula)
as_ours <- function(labels) gsub("`", "", gsub("factor(", "C(", labels, fixed = TRUE), fixed = TRUE)

names_ours <- function(fit) {
  # R's names as slopewise writes them: f[T.level] beside a constant, f[level] where all levels have a column
  labels <- attr(terms(fit), "term.labels")
  factors <- attr(terms(fit), "factors")
  assigned <- fit$assign
  columns <- names(coef(fit))
  vapply(seq_along(columns), function(j) {
    if (assigned[j] == 0) return("Intercept")
    variables <- rownames(factors)[factors[, labels[assigned[j]]] > 0]
    same <- strsplit(columns[assigned == assigned[j]], ":", fixed = TRUE)
    parts <- strsplit(columns[j], ":", fixed = TRUE)[[1]]
    paste(mapply(function(part, variable, place) {
      ending <- substring(part, nchar(variable) + 1)
      if (ending == "") return(as_ours(part))
      levels <- fit$xlevels[[variable]]
      all_levels <- length(unique(vapply(same, `[`, "", place))) == length(levels)
      sprintf("%s[%s%s]", as_ours(variable), if (is.null(levels) || all_levels) "" else "T.", ending)
    }, parts, variables, seq_along(parts)), collapse = ":")
  }, "")
}

linear <- function(text, names) {
  # The matrix L and the right-hand side of "a = b, c + 2*d = 1": each side is evaluated at every unit vector
  text <- gsub("`", "", text)
  for (j in order(-nchar(names))) text <- gsub(names[j], sprintf("\1%d\2", j), text, fixed = TRUE)
  text <- gsub("\1([0-9]+)\2", "b[\\1]", text)
  sides <- lapply(strsplit(strsplit(text, ", ", fixed = TRUE)[[1]], " = ", fixed = TRUE), function(side) {
    difference <- parse(text = sprintf("(%s) - (%s)", side[1], side[2]))
    at <- function(b) eval(difference, list(b = b))
    zero <- at(numeric(length(names)))
    c(apply(diag(length(names)), 1, at) - zero, -zero)
  })
  both <- do.call(rbind, sides)
  list(L = both[, seq_along(names), drop = FALSE], rhs = both[, length(names) + 1])
}

# The figures.

whole <- function(x, estimable) {
  # a vector or matrix over the estimable coefficients, with NA for the aliased ones
  full <- rep(NA_real_, length(estimable))
  if (!is.matrix(x)) return(replace(full, estimable, x))
  full <- matrix(NA_real_, length(estimable), length(estimable))
  full[estimable, estimable] <- x
  full
}

covariances <- function(fit, h) {
  # sandwich's, and HC2 and HC3 with the rows of leverage 1 contributing nothing where there are any
  types <- c("HC0", "HC1", "HC2", "HC3")
  given <- lapply(setNames(types, types), function(type) suppressWarnings(vcovHC(fit, type = type)))
  X <- model.matrix(fit)[, !is.na(coef(fit)), drop = FALSE]
  w <- if (is.null(weights(fit))) rep(1, nrow(X)) else weights(fit)
  bread <- chol2inv(qr.R(qr(sqrt(w) * X)))  # columns of full rank: nothing is pivoted
  by_hand <- lapply(c(HC2 = 1, HC3 = 2), function(power) {
    scaled <- ifelse(h < FULL, w * residuals(fit) / (1 - h)^(power / 2), 0)
    bread %*% crossprod(scaled * X) %*% bread
  })
  if (all(h < FULL)) {
    for (type in names(by_hand)) stopifnot(all.equal(by_hand[[type]], given[[type]], check.attributes = FALSE))
    return(list(given = given, ruled = NULL, HC3 = given$HC3))
  }
  names_of <- dimnames(given$HC0)
  by_hand <- lapply(by_hand, `dimnames<-`, names_of)
  list(given = given, ruled = by_hand, HC3 = by_hand$HC3)
}

tested <- function(fit, V, df) {
  estimable <- !is.na(coef(fit))
  b <- coef(fit)[estimable]
  se <- suppressWarnings(sqrt(diag(V)))  # of two ways of clustering, a variance may come out negative: null
  t <- b / se
  p <- 2 * pt(-abs(t), df)
  if (all(estimable)) {
    told <- suppressWarnings(coeftest(fit, vcov. = V, df = df))
    stopifnot(all.equal(unname(told[, 3]), unname(t)), all.equal(unname(told[, 4]), unname(p), tolerance = 1e-10))
  }
  figures <- list(std_error = se, t = t, p = p)
  for (level in LEVELS) {
    half <- qt((1 + level) / 2, df) * se
    if (all(estimable)) {
      told <- suppressWarnings(coefci(fit, vcov. = V, df = df, level = level))
      stopifnot(all.equal(unname(told[, 1]), unname(b - half)), all.equal(unname(told[, 2]), unname(b + half)))
    }
    figures[[sprintf("low_%g", 100 * level)]] <- b - half
    figures[[sprintf("high_%g", 100 * level)]] <- b + half
  }
  c(list(df = df), lapply(figures, function(x) I(whole(x, estimable))))
}

clustered <- function(fit, data, clusters) {
  estimable <- !is.na(coef(fit))
  ways <- if (length(clusters) == 2) list(clusters[1], clusters[2], clusters) else as.list(clusters)
  lapply(ways, function(by) {
    V <- vcovCL(fit, cluster = data[by], type = "HC1", cadjust = TRUE, multi0 = FALSE)
    groups <- vapply(data[by], function(x) length(unique(x)), 0L)
    crossed <- if (length(by) == 2) nrow(unique(data[by]))
    c(list(by = I(by), groups = I(unname(groups)), crossed = crossed, vcov = whole(V, estimable)),
      tested(fit, V, min(groups) - 1))
  })
}

new_rows <- function(data, formula, h) {
  # five rows of the table, a row of leverage 1 among them, their numbers moved by a tenth of a standard deviation
  rows <- round(seq(1, nrow(data), length.out = 5))
  if (any(h >= FULL)) rows[3] <- which(h >= FULL)[1]
  predictors <- all.vars(as.formula(as_r(formula))[-2])
  categories <- unlist(regmatches(formula, gregexpr("(?<=\\bC\\()[^)]+", formula, perl = TRUE)))
  new <- data[rows, predictors, drop = FALSE]
  for (name in setdiff(predictors, categories)) {
    if (is.numeric(new[[name]])) new[[name]] <- signif(new[[name]] + sd(data[[name]]) / 10, 4)
  }
  new
}

predicted <- function(fit, new, V) {
  # the model may be weighted or short of rank, and R warns of both: a new row has weight 1, an aliased coefficient is 0
  quiet <- function(...) suppressWarnings(predict(fit, new, ...))
  means <- quiet(se.fit = TRUE, interval = "confidence", level = 0.95)
  ones <- quiet(interval = "prediction", level = 0.95)
  X <- model.matrix(delete.response(terms(fit)), new, xlev = fit$xlevels)[, !is.na(coef(fit)), drop = FALSE]
  list(rows = lapply(as.list(new), function(x) I(if (is.factor(x)) as.character(x) else x)),
       fit = I(unname(means$fit[, "fit"])), std_error = I(unname(means$se.fit)),
       confidence_low = I(unname(means$fit[, "lwr"])), confidence_high = I(unname(means$fit[, "upr"])),
       prediction_low = I(unname(ones[, "lwr"])), prediction_high = I(unname(ones[, "upr"])),
       std_error_HC3 = I(unname(sqrt(diag(X %*% V %*% t(X))))))
}

of_rows <- function(fit, numbers) {
  shown <- seq_len(if (length(numbers) > MOST) FIRST else length(numbers))
  figures <- suppressWarnings(list(fitted = fitted(fit), residual = residuals(fit), leverage = hatvalues(fit),
                                   rstandard = rstandard(fit), rstudent = rstudent(fit), cooks = cooks.distance(fit),
                                   dffits = dffits(fit)))
  c(list(row = I(numbers[shown])), lapply(figures, function(x) I(unname(x[shown]))))
}

goodness <- function(fit, h) {
  s <- summary(fit)
  n <- nobs(fit)
  k <- fit$rank + 1
  f <- s$fstatistic
  w <- if (is.null(weights(fit))) rep(1, n) else weights(fit)
  y <- fitted(fit) + residuals(fit)
  has_intercept <- attr(terms(fit), "intercept") == 1
  tss <- sum(w * (y - if (has_intercept) weighted.mean(y, w) else 0)^2)
  press <- if (all(h < FULL)) sum(w * (residuals(fit) / (1 - h))^2)
  list(nobs = n, df_residual = df.residual(fit), sigma = s$sigma, r_squared = s$r.squared,
       adj_r_squared = s$adj.r.squared, f = f[[1]], f_df = f[[2]], f_df_residual = f[[3]],
       f_p = pf(f[[1]], f[[2]], f[[3]], lower.tail = FALSE), log_lik = as.numeric(logLik(fit)), aic = AIC(fit),
       aicc = AIC(fit) + 2 * k * (k + 1) / (n - k - 1), bic = BIC(fit), tss = tss, press = press,
       predicted_r_squared = if (!is.null(press)) 1 - press / tss)
}

quietly <- function(x) suppressMessages(suppressWarnings(x))
or_null <- function(x) tryCatch(quietly(x), error = function(e) NULL)

inflation <- function(fit) {
  v <- or_null(vif(fit))
  if (is.null(v)) return(NULL)
  v <- if (is.matrix(v)) v else cbind(v, 1, sqrt(v))
  list(term = I(as_ours(rownames(v))), gvif = I(unname(v[, 1])), df = I(unname(v[, 2])), scaled = I(unname(v[, 3])))
}

of_terms <- function(table) {
  if (is.null(table)) return(NULL)
  tests <- rownames(table) != "Residuals"
  list(term = I(as_ours(rownames(table)[tests])), sum_sq = array_of(table[["Sum Sq"]][tests]),
       df = I(table[tests, "Df"]), f = I(table[tests, grep("^F", names(table))]), p = I(table[tests, "Pr(>F)"]))
}

hypothesis <- function(text, fit, V3) {
  estimable <- !is.na(coef(fit))
  h <- linear(text, names_ours(fit))
  stopifnot(all(h$L[, !estimable] == 0))
  told <- function(...) {
    # the second row is the test; with singular.ok, L is over the estimable coefficients
    found <- linearHypothesis(fit, h$L[, estimable, drop = FALSE], h$rhs, test = "F", singular.ok = TRUE, ...)
    list(f = found[2, "F"], df = found[2, "Df"], df_residual = found[2, "Res.Df"], p = found[2, "Pr(>F)"])
  }
  list(text = text, L = h$L, rhs = I(h$rhs), classical = told(), HC3 = or_null(told(vcov. = V3)))
}

nested <- function(small, large) {
  found <- anova(small, large)
  list(formula_r = deparse1(formula(small)), rss = I(found[, "RSS"]), df_residual = I(found[, "Res.Df"]),
       df = found[2, "Df"], f = found[2, "F"], p = found[2, "Pr(>F)"])
}

breusch_pagan <- function(fit) {
  if (!is.null(weights(fit))) return(NULL)
  lapply(c(koenker = TRUE, normal = FALSE), function(studentize) {
    found <- bptest(fit, studentize = studentize)
    list(statistic = found$statistic[[1]], df = found$parameter[[1]], p = found$p.value[[1]])
  })
}

condition_indices <- function(fit) {
  X <- model.matrix(fit)[, !is.na(coef(fit)), drop = FALSE]
  X <- if (is.null(weights(fit))) X else sqrt(weights(fit)) * X
  d <- svd(sweep(X, 2, sqrt(colSums(X^2)), "/"))$d
  d[1] / d
}

classical <- function(fit) {
  estimable <- !is.na(coef(fit))
  s <- coef(summary(fit))
  bounds <- lapply(LEVELS, function(level) confint(fit, level = level))
  figures <- list(std_error = whole(s[, 2], estimable), t = whole(s[, 3], estimable), p = whole(s[, 4], estimable))
  for (i in seq_along(LEVELS)) {
    figures[[sprintf("low_%g", 100 * LEVELS[i])]] <- unname(bounds[[i]][, 1])
    figures[[sprintf("high_%g", 100 * LEVELS[i])]] <- unname(bounds[[i]][, 2])
  }
  c(list(df = df.residual(fit)), lapply(figures, I), list(vcov = unname(vcov(fit, complete = TRUE))))
}

figures <- function(m) {
  all_rows <- read.csv(m$table, check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)
  used <- unique(c(all.vars(as.formula(as_r(m$formula))), m$weights, m$clusters))
  numbers <- which(complete.cases(all_rows[used]))
  data <- all_rows[numbers, used]
  data[] <- lapply(data, function(x) if (is.character(x)) factor(x) else x)
  W <- if (!is.null(m$weights)) data[[m$weights]]
  fitted_to <- function(formula) {
    call <- list(as.formula(as_r(formula), globalenv()), data = data)
    eval(as.call(c(quote(lm), call, if (!is.null(W)) list(weights = W))))
  }
  fit <- fitted_to(m$formula)
  small <- fitted_to(m$small)
  estimable <- !is.na(coef(fit))
  h <- unname(hatvalues(fit))
  V <- covariances(fit, h)
  cat(sprintf("%-18s n %4d  k %2d  aliased %d  leverage 1: %d\n", m$name, nobs(fit), length(estimable), sum(!estimable),
              sum(h >= FULL)))
  list(name = m$name, table = m$table, formula = m$formula, formula_r = deparse1(formula(fit)), weights = m$weights,
       clusters = I(as.character(m$clusters)), names = I(names_ours(fit)), names_r = I(names(coef(fit))),
       coefficients = I(unname(coef(fit))),
       classical = classical(fit), goodness = goodness(fit, h),
       robust = c(lapply(V$given, whole, estimable), list(full_leverage = I(as.integer(numbers[h >= FULL])),
                  ruled = if (!is.null(V$ruled)) lapply(V$ruled, whole, estimable)),
                  list(HC3_tests = tested(fit, V$HC3, df.residual(fit)))),
       clustered = clustered(fit, data, m$clusters),
       predicted = predicted(fit, new_rows(data, m$formula, h), V$HC3),
       rows = of_rows(fit, numbers), vif = inflation(fit), anova_2 = of_terms(or_null(Anova(fit, type = "II"))),
       anova_2_HC3 = of_terms(or_null(Anova(fit, type = "II", vcov. = V$HC3))),
       hypotheses = lapply(m$hypotheses, hypothesis, fit, V$HC3),
       nested = c(list(formula = m$small), nested(small, fit)),
       breusch_pagan = breusch_pagan(fit), condition_indices = I(condition_indices(fit)))
}

packages <- c("sandwich", "lmtest", "car")
made_with <- c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
               lapply(setNames(packages, packages), function(name) as.character(packageVersion(name))))
cases <- vapply(models, function(m) json(figures(m)), "")
writeLines(c("{", paste0('"made_with": ', json(made_with), ","), '"cases": [', paste(cases, collapse = ",\n"), "]}"),
           "inference.json")
