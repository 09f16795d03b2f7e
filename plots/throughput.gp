# The 2021 study's figure 2: write throughput by file size, a line for each
# target. Limits, where they were measured, are dashed and grey.
W = 4.6
H = 3.5
load "common.gp"

set title "Write throughput with one sync at the end, " . how . "\n" . note
set key outside bottom center horizontal Left reverse samplen 2.4 width 1 height 0.4

# targets stand side by side at each size, samples a little to the right
series = targets + limits
shift(i) = 2**((i - (series + 1) / 2.0) * 0.6 / series)
aside = 2**0.05
tone(i) = i > targets ? grey : colour(int(word(styles, i)))
shape(i) = i > targets ? 2 : filled_marker(int(word(styles, i)))
dash(i) = i > targets ? 2 : 1
name(i) = word(names, i) . (i > targets ? " (limit)" : "")

stats data using 2 nooutput
set yrange [STATS_min / 1.2 : STATS_max * 1.2]

plot for [i=1:series] data index 2*i-1 using ($1 * shift(i) * aside):2 \
		with points pointtype 7 pointsize 0.22 \
		linecolor rgb faint(tone(i)) notitle, \
	for [i=1:series] data index 2*i-2 using ($1 * shift(i)):2:3:4 \
		with yerrorbars pointtype 0 linewidth 0.8 \
		linecolor rgb tone(i) notitle, \
	for [i=1:series] data index 2*i-2 using ($1 * shift(i)):2 \
		with linespoints pointtype shape(i) dashtype dash(i) \
		linewidth 1.2 linecolor rgb tone(i) title name(i) noenhanced
