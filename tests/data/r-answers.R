# Answers of R to what ie-stats computes itself; r-answers.txt holds them, and
# `make check-r` asks again. Base R only.
#   shift m n x... y... p shift lo hi    wilcox.test, exact, without ties
#   ties  m n x... y... p                all permutations of the midranks
#   adjust n p... holm... bh...          p.adjust
options(digits = 17, scipen = 0)
set.seed(20210301)
say <- function(...) cat(..., "\n")
full <- function(v) sprintf("%.17g", v)

for (size in list(c(4, 4), c(5, 7), c(7, 7), c(6, 12), c(10, 10), c(20, 20),
		  c(31, 17), c(49, 49))) {
	x <- round(rnorm(size[1]), 6)
	y <- round(rnorm(size[2], sample(c(0, 0.5, 1.5), 1)), 6)
	w <- wilcox.test(y, x, exact = TRUE, conf.int = TRUE)
	say("shift", size[1], size[2], full(x), full(y), full(w$p.value),
	    full(w$estimate), full(w$conf.int))
}
for (size in list(c(4, 5), c(6, 6), c(7, 8), c(9, 7))) {
	x <- sample(1:5, size[1], TRUE)
	y <- sample(2:7, size[2], TRUE)
	r <- rank(c(x, y))
	sums <- combn(length(r), size[1], function(i) sum(r[i]))
	is <- sum(r[seq_along(x)])
	p <- min(1, 2 * min(mean(sums <= is), mean(sums >= is)))
	say("ties", size[1], size[2], x, y, full(p))
}
for (n in c(1, 5, 60)) {
	p <- round(runif(n)^3, 6)
	say("adjust", n, full(p), full(p.adjust(p, "holm")),
	    full(p.adjust(p, "BH")))
}
