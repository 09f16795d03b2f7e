/* The last part of a guest's start: serves the commands of guest-exec, one
 * process each, as the guest's first process or as a service of its systemd.
 * It trusts whoever calls from the cluster's bridge, and nobody else: a guest's
 * own users and its neighbours reach its port, too. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "frame.h"
#include "proc.h"

#define ALIVE_EVERY_MS 1000
#define ARGS_MAX 4096

struct session {
	int sock;
	struct proc proc;
	struct frame frame; /* what is sent, or came and is done with */
	struct frame input; /* what the command has yet to read */
	size_t taken;	    /* of it */
};

__attribute__((noreturn)) static void session_end(struct session *s)
{
	proc_kill(&s->proc);
	_exit(0);
}

static void say(struct session *s, enum frame_kind kind, size_t len)
{
	s->frame.len = len;
	if (frame_send(s->sock, kind, &s->frame) < 0)
		session_end(s);
}

static void say_number(struct session *s, enum frame_kind kind, int v)
{
	frame_put_number(&s->frame, (uint32_t)v);
	say(s, kind, s->frame.len);
}

/* The first frame is the folder, then the arguments. */
static void command_start(struct session *s)
{
	const char *argv[ARGS_MAX];
	struct frame *f = &s->frame;
	size_t n = 0;
	struct err e;
	int r;

	if (frame_receive(s->sock, f) != FRAME_COMMAND || f->len == 0 ||
	    f->data[f->len - 1] != '\0')
		_exit(1);
	for (char *p = (char *)f->data; p < (char *)f->data + f->len;
	     p += strlen(p) + 1)
		if (n < ARGS_MAX - 1)
			argv[n++] = p;
	argv[n] = NULL;
	if (n < 2)
		_exit(1);
	/* What is mounted here may hide the caller's folder. */
	if (chdir(argv[0]) < 0 && chdir("/") < 0)
		_exit(1);
	r = proc_start(&s->proc, argv + 1, PROC_IN | PROC_OUT | PROC_ERR, &e);
	if (r < 0) {
		say_number(s, FRAME_FAIL, -r);
		_exit(0);
	}
	fcntl(s->proc.in, F_SETFL, O_NONBLOCK);
	fcntl(s->proc.out, F_SETFL, O_NONBLOCK);
	fcntl(s->proc.err, F_SETFL, O_NONBLOCK);
}

static void fd_close(int *fd)
{
	cleanup_fd_fn(fd);
	*fd = -1;
}

/* Hands on what the command can take of its input. */
static void input_pass(struct session *s)
{
	while (s->proc.in >= 0 && s->taken < s->input.len) {
		ssize_t n = write(s->proc.in, s->input.data + s->taken,
				  s->input.len - s->taken);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0)
			s->taken += (size_t)n;
		else if (errno != EINTR)
			fd_close(&s->proc.in);
	}
	s->input.len = s->taken = 0;
	say(s, FRAME_TAKEN, 0);
}

static void caller_heard(struct session *s)
{
	int kind = frame_receive(s->sock, &s->frame);

	if (kind == FRAME_INPUT && s->frame.len == 0) {
		fd_close(&s->proc.in);
	} else if (kind == FRAME_INPUT && s->input.len == 0) {
		memcpy(s->input.data, s->frame.data, s->frame.len);
		s->input.len = s->frame.len;
		input_pass(s);
	} else if (kind == FRAME_SIGNAL && s->frame.len == 1) {
		kill(-s->proc.pid, s->frame.data[0]);
	} else {
		session_end(s);
	}
}

/* False when there is nothing more for now. */
static bool output_pass(struct session *s, enum frame_kind kind, int *fd)
{
	ssize_t n = *fd < 0 ? -1 : read(*fd, s->frame.data, FRAME_MAX);

	if (n > 0)
		say(s, kind, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		fd_close(fd);
	return n > 0;
}

/* What a command's own children say after its end is nobody's. */
__attribute__((noreturn)) static void command_ended(struct session *s)
{
	int status = 0;

	while (output_pass(s, FRAME_OUT, &s->proc.out))
		;
	while (output_pass(s, FRAME_ERR, &s->proc.err))
		;
	proc_wait(&s->proc, 0, &status);
	say_number(s, FRAME_END, status);
	_exit(0);
}

__attribute__((noreturn)) static void session_run(int sock)
{
	static struct session s = {.proc = PROC_NONE};
	enum { CALLER, IN, OUT, ERR, ENDED, COUNT };

	s.sock = sock;
	command_start(&s);
	for (;;) {
		struct pollfd p[COUNT] = {
			[CALLER] = {.fd = sock, .events = POLLIN},
			[IN] = {.fd = s.input.len ? s.proc.in : -1,
				.events = POLLOUT},
			[OUT] = {.fd = s.proc.out, .events = POLLIN},
			[ERR] = {.fd = s.proc.err, .events = POLLIN},
			[ENDED] = {.fd = s.proc.pidfd, .events = POLLIN},
		};

		if (poll(p, COUNT, ALIVE_EVERY_MS) == 0)
			say(&s, FRAME_ALIVE, 0);
		if (p[CALLER].revents)
			caller_heard(&s);
		if (p[IN].revents)
			input_pass(&s);
		if (p[OUT].revents)
			output_pass(&s, FRAME_OUT, &s.proc.out);
		if (p[ERR].revents)
			output_pass(&s, FRAME_ERR, &s.proc.err);
		if (p[ENDED].revents)
			command_ended(&s);
	}
}

static int port_listen(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(AGENT_PORT)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* An agent before this one may have left connections. */
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) <
		    0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, 16) < 0)
		return -1;
	return fd;
}

static int caller_accept(int port)
{
	struct sockaddr_in from = {0};
	socklen_t len = sizeof(from);
	cleanup_fd int sock =
		accept4(port, (struct sockaddr *)&from, &len, SOCK_CLOEXEC);

	if (sock < 0 || from.sin_family != AF_INET ||
	    from.sin_addr.s_addr != inet_addr(AGENT_CALLER))
		return -1;
	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	return steal_fd(&sock);
}

int main(void)
{
	int port = port_listen();

	if (port < 0) {
		perror("guest-agent: listen");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN); /* whatever ends is reaped by the kernel */
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int sock = caller_accept(port);

		if (sock < 0)
			continue;
		if (fork() == 0) {
			signal(SIGCHLD, SIG_DFL);
			session_run(sock);
		}
		close(sock);
	}
}
