# The three formats of every figure; W and H are inches.
if (term eq "svg") {
	set terminal svg size int(W*96),int(H*96) font "DejaVu Sans,Helvetica,sans-serif,10.5" background rgb "white" dynamic
} else { if (term eq "pdf") {
	set terminal pdfcairo size W in,H in font "DejaVu Sans,8" linewidth 1
} else {
	# the same at 300 dots an inch; the terminal believes in 96
	set terminal pngcairo size int(W*300),int(H*300) font "DejaVu Sans,8" fontscale 3.125 linewidth 3.1 pointscale 3.1 background rgb "white"
}}
set output out
