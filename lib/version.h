/* The one version of all programs. */
#pragma once

#define IE_VERSION "0.1.0"
