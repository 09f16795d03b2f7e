# The 2021 study's figure 2: write throughput by file size, a line for each
# target. Limits, where they were measured, are dashed and grey.
W = 4.6
load vars
# room for as many rows of names as there are
series = targets + limits
longest = 0
do for [i=1:series] {
	length = strlen(word(names, i)) + (i > targets ? 8 : 0)
	if (length > longest) { longest = length }
}
columns = int((W - 0.3) / (0.5 + 0.065 * longest))
H = 3.25 + 0.135 * ((series + columns - 1) / columns)
load "common.gp"

set title "Write throughput with one sync at the end, " . how . "\n" . note
set key outside bottom center horizontal Left reverse samplen 2.4 height 0.4 \
	maxcols columns

# targets stand side by side at each size, samples a little to the right
shift(i) = 2**((i - (series + 1) / 2.0) * 0.6 / series)
aside = 2**0.05
tone(i) = i > targets ? grey : colour(int(word(styles, i)))
# more targets than colours: the next round is hollow
marker(s) = s > words(colours) ? hollow_marker(s) : filled_marker(s)
shape(i) = i > targets ? cross(i - targets) : marker(int(word(styles, i)))
name(i) = word(names, i) . (i > targets ? " (limit)" : "")

plot for [i=1:series] data index 2*i-1 using ($1 * shift(i) * aside):2 \
		with points pointtype 7 pointsize 0.22 \
		linecolor rgb faint(tone(i)) notitle, \
	for [i=1:series] data index 2*i-2 using ($1 * shift(i)):2:3:4 \
		with yerrorbars pointtype 0 linewidth 0.8 \
		linecolor rgb tone(i) notitle, \
	for [i=1:series] data index 2*i-2 using ($1 * shift(i)):2 \
		with linespoints pointtype shape(i) dashtype (7, i > targets ? 4 : 0) \
		linewidth 1.2 linecolor rgb tone(i) title name(i) noenhanced
