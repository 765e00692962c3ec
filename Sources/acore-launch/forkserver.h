/// The program as its starter meets it: a process that waits, and makes a launcher of itself for each run. A fork of it has nothing to
/// load and nothing to set up, which is most of what a program costs that runs for milliseconds.
///
/// A request is one byte with the four descriptors of a launcher; its answer is the launcher's process id, or an errno below zero, as a
/// 32-bit number. The launcher is a child of the starter, which collects it. The byte is 1 when more requests follow at once, see batch.h;
/// a 2 alone, without descriptors and answer, says that no more do.
#ifndef FORKSERVER_H
#define FORKSERVER_H

#include <stdbool.h>
#include <stdint.h>

/// Makes the line to the starter ours; false where descriptor 3 is no socket.
bool forkserver_begin(void);

/// Answers requests until the starter has gone; then false. True in each launcher, with its descriptors in their places.
bool forkserver_wait(void);

/// When this launcher started, in clock ticks since boot as in /proc/PID/stat; -1 where only that knows it.
int64_t forkserver_start_tick(void);

/// Whether the starter has gone.
bool forkserver_is_orphaned(void);

#endif
