/* Runs a command in a guest as if it had been started here: same folder, same
 * standard streams, same signals, same end. It waits for a guest that is still
 * booting; one that shows no sign of life within the limit is ended, and its
 * console's last lines are the reason. Runs inside the cluster's namespaces.
 * usage: guest-exec SERVICE_DIR GUEST COMMAND... */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "cluster.h"
#include "frame.h"
#include "proc.h"
#include "units.h"

#define LIMIT_DEFAULT_S 30
#define CONSOLE_LINES 4
#define RETRY_US 20000

struct guest {
	const char *dir, *name; /* of its service */
	pid_t pid;		/* of its kernel */
	int pidfd;
	struct sockaddr_in at;
	unsigned limit_s; /* longest silence */

	int sock, signals;
	bool input_open, input_sent; /* sent: not taken yet */
	struct frame frame;
};

/* The last lines of the guest's console on one line, so that they are the
 * last words of a worker that was run here. */
__attribute__((noreturn, format(printf, 2, 3))) static void
give_up(const struct guest *g, const char *fmt, ...)
{
	char path[256], buf[2048], why[256];
	cleanup_fd int fd = -1;
	char *tail = buf;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	buf[0] = '\0';
	snprintf(path, sizeof(path), "%s/log/%s.out", g->dir, g->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		tail = file_tail(fd, 0, CONSOLE_LINES, buf, sizeof(buf));
	for (char *p = tail; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = '|';
	fprintf(stderr, "ie-cluster: exec: guest %s: %s; its console: %s\n",
		g->name, why, tail);
	exit(1);
}

static bool guest_ended(const struct guest *g)
{
	struct pollfd p = {.fd = g->pidfd, .events = POLLIN};

	return poll(&p, 1, 0) != 0;
}

/* Nothing that hangs should hold up what others wait for. */
__attribute__((noreturn)) static void guest_silent(const struct guest *g)
{
	if (guest_ended(g))
		give_up(g, "has ended");
	kill(-g->pid, SIGKILL);
	give_up(g, "no sign of life for %u s, so it was ended", g->limit_s);
}

/* run/NAME.pid and guests/NAME, which holds the address. */
static void guest_read(struct guest *g)
{
	const char *limit = getenv("IE_GUEST_LIMIT_S");
	char path[256], text[64];
	uint64_t v;

	g->limit_s = LIMIT_DEFAULT_S;
	if (limit && count_parse(limit, 1, 86400, &v) < 0) {
		fprintf(stderr,
			"ie-cluster: exec: IE_GUEST_LIMIT_S = %s: not a whole "
			"number in 1..86400\n",
			limit);
		exit(2);
	}
	if (limit)
		g->limit_s = (unsigned)v;
	g->at = (struct sockaddr_in){.sin_family = AF_INET,
				     .sin_port = htons(AGENT_PORT)};
	snprintf(path, sizeof(path), "%s/guests/%s", g->dir, g->name);
	if (text_read(path, text, sizeof(text)) < 0)
		give_up(g, "read %s: %s", path, strerror(errno));
	text[strcspn(text, "\n")] = '\0';
	if (inet_aton(text, &g->at.sin_addr) == 0)
		give_up(g, "%s: no address", path);
	snprintf(path, sizeof(path), "%s/run/%s.pid", g->dir, g->name);
	if (text_read(path, text, sizeof(text)) < 0 ||
	    sscanf(text, "%d", &g->pid) != 1 || g->pid <= 1)
		give_up(g, "was not started");
	g->pidfd = (int)syscall(SYS_pidfd_open, g->pid, 0);
	if (g->pidfd < 0)
		give_up(g, "has ended");
}

/* The limit of both directions is the guest's. */
static int connect_once(const struct guest *g)
{
	struct timeval limit = {.tv_sec = g->limit_s};
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) <
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) <
		    0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) <
		    0 ||
	    connect(fd, (const struct sockaddr *)&g->at, sizeof(g->at)) < 0)
		return -1;
	return steal_fd(&fd);
}

static void guest_connect(struct guest *g)
{
	uint64_t end = now_ns() + g->limit_s * UINT64_C(1000000000);

	while ((g->sock = connect_once(g)) < 0) {
		if (guest_ended(g) || now_ns() > end)
			guest_silent(g);
		usleep(RETRY_US);
	}
}

static void say(struct guest *g, enum frame_kind kind)
{
	if (frame_send(g->sock, kind, &g->frame) < 0)
		guest_silent(g);
}

static void command_send(struct guest *g, char *const argv[])
{
	cleanup_free char *folder = getcwd(NULL, 0);
	const char *word = folder ? folder : "/";
	struct frame *f = &g->frame;

	f->len = 0;
	for (; word; word = *argv++) {
		size_t len = strlen(word) + 1;

		if (f->len + len > FRAME_MAX) {
			fprintf(stderr, "ie-cluster: exec: the command is "
					"longer than 64 KiB\n");
			exit(126);
		}
		memcpy(f->data + f->len, word, len);
		f->len += len;
	}
	say(g, FRAME_COMMAND);
}

static void signals_open(struct guest *g)
{
	static const int passed[] = {SIGTERM, SIGINT,  SIGHUP,
				     SIGQUIT, SIGUSR1, SIGUSR2};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC);
}

static void signal_pass(struct guest *g)
{
	struct signalfd_siginfo info;

	if (read(g->signals, &info, sizeof(info)) != sizeof(info))
		return;
	g->frame.data[0] = (unsigned char)info.ssi_signo;
	g->frame.len = 1;
	say(g, FRAME_SIGNAL);
}

static void input_pass(struct guest *g)
{
	ssize_t n = read(STDIN_FILENO, g->frame.data, FRAME_MAX);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	g->frame.len = n > 0 ? (size_t)n : 0;
	g->input_open = n > 0;
	g->input_sent = n > 0;
	say(g, FRAME_INPUT);
}

static void output_write(const struct frame *f, int fd)
{
	for (size_t done = 0; done < f->len;) {
		ssize_t n = write(fd, f->data + done, f->len - done);

		/* Nobody reads it: SIGPIPE has ended this process, or the
		 * caller ignores it and wants the rest to go on. */
		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
}

static void guest_heard(struct guest *g, const char *command)
{
	int kind = frame_receive(g->sock, &g->frame);
	int why;

	switch (kind) {
	case FRAME_OUT:
		output_write(&g->frame, STDOUT_FILENO);
		break;
	case FRAME_ERR:
		output_write(&g->frame, STDERR_FILENO);
		break;
	case FRAME_TAKEN:
		g->input_sent = false;
		break;
	case FRAME_ALIVE:
		break;
	case FRAME_END:
		proc_end_alike((int)frame_number(&g->frame));
	case FRAME_FAIL:
		why = (int)frame_number(&g->frame);
		fprintf(stderr, "ie-cluster: exec %s: %s\n", command,
			strerror(why));
		exit(why == ENOENT ? 127 : 126);
	case -EAGAIN:
		guest_silent(g);
	default:
		usleep(100000); /* a guest that dies takes its time */
		give_up(g,
			guest_ended(g) ? "has ended" : "its agent has ended");
	}
}

static void session_run(struct guest *g, const char *command)
{
	uint64_t limit = g->limit_s * UINT64_C(1000000000);
	uint64_t heard = now_ns();

	g->input_open = true;
	for (;;) {
		struct pollfd p[] = {
			{.fd = g->sock, .events = POLLIN},
			{.fd = g->pidfd, .events = POLLIN},
			{.fd = g->signals, .events = POLLIN},
			{.fd = g->input_open && !g->input_sent ? STDIN_FILENO
							       : -1,
			 .events = POLLIN},
		};
		uint64_t t = now_ns();

		if (t - heard > limit)
			guest_silent(g);
		poll(p, ARRAY_SIZE(p),
		     (int)((limit - (t - heard)) / 1000000u) + 1);
		if (p[0].revents) {
			guest_heard(g, command);
			heard = now_ns();
		} else if (p[1].revents) {
			give_up(g, "has ended");
		}
		if (p[2].revents)
			signal_pass(g);
		if (p[3].revents)
			input_pass(g);
	}
}

int main(int argc, char **argv)
{
	static struct guest g;

	if (argc < 4) {
		fprintf(stderr,
			"usage: guest-exec SERVICE_DIR GUEST COMMAND...\n");
		return 2;
	}
	g.dir = argv[1];
	g.name = argv[2];
	guest_read(&g);
	signals_open(&g);
	guest_connect(&g);
	command_send(&g, argv + 3);
	session_run(&g, argv[3]);
}
