/* See user.h. */
#include "user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int user_find(struct user *u, uid_t uid, struct err *e)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	const struct passwd *pw;
	size_t n;

	errno = 0;
	pw = getpwuid(uid);
	if (!pw)
		return err_set(e, -ENOENT, "uid %u: who this is: %s",
			       (unsigned)uid,
			       errno ? strerror(errno) : "no such user");
	n = strlen(pw->pw_name);
	if (!n || n >= sizeof(u->name) || strspn(pw->pw_name, fit) != n ||
	    strchr("._-", pw->pw_name[0]) || strchr("._-", pw->pw_name[n - 1]))
		return err_set(e, -EINVAL,
			       "user %s: the name of an image cannot begin "
			       "with this name",
			       pw->pw_name);
	*u = (struct user){.uid = uid, .gid = pw->pw_gid};
	memcpy(u->name, pw->pw_name, n + 1);
	return 0;
}

static int check(uid_t uid, gid_t gid, struct err *e)
{
	uid_t r, f, s;
	gid_t rg, fg, sg;

	if (getresuid(&r, &f, &s) || getresgid(&rg, &fg, &sg) || r != uid ||
	    f != uid || s != uid || rg != gid || fg != gid || sg != gid)
		return err_set(e, -EPERM,
			       "uid %u: the change of ids had no "
			       "effect",
			       (unsigned)uid);
	return 0;
}

int user_become(const struct user *u, struct err *e)
{
	if (initgroups(u->name, u->gid) || setresgid(u->gid, u->gid, u->gid) ||
	    setresuid(u->uid, u->uid, u->uid))
		return err_sys(e, -errno, "%s: becoming this user", u->name);
	if (u->uid != 0 && setresuid(0, 0, 0) == 0)
		return err_set(e, -EPERM, "%s: root could be had again",
			       u->name);
	/* What was in its memory as root stays out of the user's reach */
	prctl(PR_SET_DUMPABLE, 0);
	return check(u->uid, u->gid, e);
}

int user_become_root(struct err *e)
{
	if (setgroups(0, NULL) || setresgid(0, 0, 0) || setresuid(0, 0, 0))
		return err_sys(e, -errno, "becoming root");
	return check(0, 0, e);
}
