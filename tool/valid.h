/* Is a word of the caller's what it should be? Pure functions that know
 * neither the site nor the user. */
#pragma once

#include <stdbool.h>

/* Letters, digits, '.', '_', '-' and '/', ':' inside: network and CDI names. */
bool valid_word(const char *s);
/* What can be given to something new: no ID. */
bool valid_name(const char *s);
/* An ID as Podman prints it: 12 to 64 hexadecimal digits. */
bool valid_id(const char *s);
/* Name or ID of a container or volume. */
bool valid_object(const char *s);
/* [REGISTRY/]PATH[:TAG][@DIGEST] or an ID; never TRANSPORT:…, by which Podman
 * opens files of the host. */
bool valid_image(const char *s);
/* The same with a registry in front, or "localhost". */
bool image_is_full(const char *s);
/* A short image name without registry, ID and digest: for -t and tag. */
bool valid_new_image(const char *s);
/* KEY=VALUE. Podman fills in a bare KEY, or KEY*, from its own environment. */
bool valid_assignment(const char *s);
/* Absolute, without "." and ".." and ':'; not "/" itself. */
bool valid_mountpoint(const char *s);
/* VOLUME:DIR[:ro|rw]; the volume may be an absolute path, which the site has to
 * permit. */
bool valid_mount(const char *s);
/* NAME:PATH, or a path of the caller's (with '/' before any ':'). */
bool valid_cp(const char *s);
bool valid_user(const char *s);
bool valid_path(const char *s);
bool valid_address(const char *s);
bool valid_memory(const char *s);
bool valid_cpus(const char *s);
bool valid_count(const char *s);
bool valid_type(const char *s);
bool valid_json_only(const char *s);
