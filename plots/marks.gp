# Marks of a logarithmic axis from `mark_low` to `mark_high`, at least
# `mark_least` of them: powers of ten where these are enough, then 1 2 5 of each
# decade, then more, then equal steps. Sets `marks`, their values without an
# exponent, which gnuplot does not read from text.
marks = ""
do for [k=1:3] {
	if (words(marks) < mark_least) {
		marks = ""
		do for [e=-9:12] {
			do for [m in (k == 1 ? "1" : k == 2 ? "1 2 5" : \
					"1 1.5 2 3 4 5 6 8")] {
				mark = m * 10.0**e
				if (mark >= mark_low && mark <= mark_high) {
					marks = marks . sprintf(" %.13f", mark)
				}
			}
		}
	}
}
do for [k=0:8] {
	if (words(marks) < mark_least) {
		step = (k % 3 == 0 ? 1 : k % 3 == 1 ? 0.5 : 0.2) * \
			10.0**(ceil(log10(mark_high - mark_low)) - k / 3)
		marks = ""
		do for [i=int(ceil(mark_low / step)):int(floor(mark_high / step))] {
			marks = marks . sprintf(" %.13f", i * step)
		}
	}
}
