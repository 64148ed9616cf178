# The tables of inference.R, taken from R's own packages, written to tables/.
#   Rscript --vanilla tables.R        in this folder; needs carData, MASS and sandwich
# Only the columns that a model uses are kept; a missing value is an empty field. Two columns
# that mix numbers and text become text: the cylinders of cars93 are words, and the subjects of blackmore begin with s.

kept <- function(package, name, columns, rows = NULL) {
  space <- new.env()
  data(list = name, package = package, envir = space)
  table <- as.data.frame(space[[name]])
  table <- if (is.null(rows)) table else table[seq_len(rows), ]
  table[columns]
}

tables <- list(
  stackloss = setNames(kept("datasets", "stackloss", 1:4), c("Air Flow", "Water Temp", "Acid Conc", "stack.loss")),
  longley = kept("datasets", "longley", 1:7),
  swiss = kept("datasets", "swiss", c("Fertility", "Agriculture", "Education", "Catholic", "Infant.Mortality")),
  mtcars = kept("datasets", "mtcars", c("mpg", "wt", "hp", "cyl")),
  cars = kept("datasets", "cars", 1:2),
  airquality = kept("datasets", "airquality", c("Ozone", "Solar.R", "Wind", "Temp", "Month")),
  npk = kept("datasets", "npk", 1:5),
  chickweight = kept("datasets", "ChickWeight", c("weight", "Time", "Chick", "Diet")),
  duncan = kept("carData", "Duncan", c("prestige", "income", "education", "type")),
  moore = kept("carData", "Moore", c("conformity", "fcategory", "partner.status")),
  freedman = kept("carData", "Freedman", c("crime", "density", "nonwhite", "population")),
  states = kept("carData", "States", c("SATV", "SATM", "percent", "dollars", "pay", "pop", "region")),
  prestige = kept("carData", "Prestige", c("prestige", "income", "women", "education", "type")),
  blackmore = kept("carData", "Blackmore", c("exercise", "age", "group", "subject")),
  salaries = kept("carData", "Salaries", 1:6),
  davis = kept("carData", "Davis", c("sex", "weight", "repwt", "repht")),
  whiteside = kept("MASS", "whiteside", c("Gas", "Insul", "Temp")),
  cars93 = kept("MASS", "Cars93", c("MPG.city", "Price", "Weight", "Horsepower", "Cylinders", "Origin", "Passengers")),
  petersen = kept("sandwich", "PetersenCL", c("firm", "year", "x", "y"), rows = 600),
  publicschools = kept("sandwich", "PublicSchools", 1:2)
)

words <- c("3" = "three", "4" = "four", "5" = "five", "6" = "six", "8" = "eight", rotary = "rotary")
tables$cars93$Cylinders <- words[as.character(tables$cars93$Cylinders)]
tables$blackmore$subject <- paste0("s", tables$blackmore$subject)

dir.create("tables", showWarnings = FALSE)
for (name in names(tables)) {
  write.csv(tables[[name]], file.path("tables", paste0(name, ".csv")), row.names = FALSE, quote = FALSE, na = "")
}
