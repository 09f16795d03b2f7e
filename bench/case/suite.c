/* See suite.h. source.h is made by the Makefile. */
#include "suite.h"

#include "source.h"
#include "version.h"

const char *suite_build(void)
{
	return IE_VERSION "+" IE_SOURCE;
}
