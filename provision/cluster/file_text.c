/* The text of small files and the last words of long ones. */
#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

int text_read(const char *path, char *buf, size_t size)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	buf[n > 0 ? n : 0] = '\0';
	return n < 0 ? -errno : 0;
}

char *file_tail(int fd, off_t from, int lines, char *buf, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n;
	char *p;

	if (end - from >= (off_t)size)
		from = end - (off_t)size + 1;
	n = end > from ? pread(fd, buf, size - 1, from) : 0;
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	buf[n > 0 ? n : 0] = '\0';
	for (p = buf + strlen(buf); p > buf; p--)
		if (p[-1] == '\n' && --lines == 0)
			break;
	return p;
}
