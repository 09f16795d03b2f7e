/* Effects and answers in the summary for people. */
#pragma once

#include <stdio.h>

#include "effects.h"

int effects_print(const struct effects *effects, size_t width, FILE *out,
		  struct err *e);
