# Marks of a logarithmic speed axis; `numbers` says whether they have them.
mark_low = ymin * 0.999
mark_high = ymax * 1.001
mark_least = 4
load "marks.gp"
set ytics ()
do for [m in marks] {
	set ytics add (numbers ? sprintf("%.10g", m + 0) : "" m + 0)
}
