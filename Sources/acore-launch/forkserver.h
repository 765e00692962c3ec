/// The program as its starter meets it: a process that waits, and makes a launcher of itself for each run. A fork of it has nothing to
/// load and nothing to set up, which is most of what a program costs that runs for milliseconds.
///
/// A request is two 32-bit numbers, its kind and one more; an answer is a launcher's process id, or an errno below zero, as a 32-bit number.
/// Launchers are children of the starter, which collects them.
///
/// | kind | number | descriptors | answer |
/// |---|---|---|---|
/// | 0 start | the batch, see batch.h; 0 = none | the four of a launcher | the launcher |
/// | 1 batch over | the batch | | |
/// | 2 make ready | how many | a line | one for each launcher; an errno is the last one |
///
/// Launchers that were made ready wait at the far end of that line for one start each; they end when its near end is closed.
#ifndef FORKSERVER_H
#define FORKSERVER_H

#include <stdbool.h>
#include <stdint.h>

/// Makes the line to the starter ours; false where descriptor 3 is no socket.
bool forkserver_begin(void);

/// Answers requests until the starter has gone; then false. True in each launcher, in which the descriptors from 3 to 6 are taken.
bool forkserver_wait(void);

/// In a launcher that is set up: waits for its request, if it was made without one; then its descriptors are in their places. False when it
/// is not needed any more.
bool forkserver_take(void);

/// When this launcher started, in clock ticks since boot as in /proc/PID/stat; -1 where only that knows it.
int64_t forkserver_start_tick(void);

/// Whether the starter has gone.
bool forkserver_is_orphaned(void);

#endif
