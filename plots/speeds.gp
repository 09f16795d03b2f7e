# Marks of a logarithmic speed axis; `numbers` says whether they have them.
# On a short axis there are more of them.
marks = ymax / ymin > 8 ? "1 2 5" : "1 1.5 2 3 4 5 6 8"
set ytics ()
do for [e=-3:6] {
	do for [m in marks] {
		speed = m * 10.0**e
		set ytics add (numbers ? sprintf("%.7g", speed) : "" speed)
	}
}
