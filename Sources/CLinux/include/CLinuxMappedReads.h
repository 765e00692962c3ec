#ifndef CLINUX_MAPPED_READS_H
#define CLINUX_MAPPED_READS_H

/// From here to `linux_end_mapped_reads` this thread reads files that are mapped into memory. A page that is not there any more, because the file
/// was cut short or the disk fails, reads as zeros then, where it would end the process (SIGBUS). Not to be nested.
void linux_begin_mapped_reads(void);

/// - Returns: how many pages could not be read since then.
int linux_end_mapped_reads(void);

#endif
