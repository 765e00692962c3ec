/// `RESTORE.txt`: the way back with tools that every Linux machine has, for the day when this program is not at hand.
enum RestoreText {
    static let text = """
        HOW TO RESTORE FROM THIS FOLDER, WITH STOCK TOOLS ONLY
        ======================================================

        This is a backup repository of acore-sched. You need GNU tar, zstd and coreutils. Copy and paste, as root, so that
        owners and permissions come back.

        What is here
          set-NAME/data/c-ID/0000.tar.zst       an archive: everything that one backup stored
          set-NAME/data/c-ID/0000.manifest.zst  what is in it, one line of JSON an entry
          set-NAME/data/c-ID/0000.point.json    when it was made, how it ended, its checksums
          set-NAME/data/latest                  a link to the record of the newest backup

        1. Go to this folder and choose a set and a backup (here: the newest)

          cd /path/to/this/folder
          SET=NAME
          ARCHIVE="set-$SET/data/$(readlink "set-$SET/data/latest" | sed 's/point.json$/tar.zst/')"

        2. Check that nothing is damaged

          sha256sum -c checksums
          zstd -t "$ARCHIVE"

        3. Look at what is in it, and at how it ended (outcome "warning": something is named in the manifest)

          cat "${ARCHIVE%.tar.zst}.point.json"
          tar --zstd -tvf "$ARCHIVE"
          zstd -dc "${ARCHIVE%.tar.zst}.manifest.zst" | grep -v '"state":"stored"'

        4. Restore everything into an empty folder

          mkdir /root/restored
          tar --zstd --acls --xattrs --xattrs-include='*' --numeric-owner -p -C /root/restored -xf "$ARCHIVE"

           Each source lies there in a folder of its own name. Where it was says the first line of the manifest:

          zstd -dc "${ARCHIVE%.tar.zst}.manifest.zst" | head -n 1

        5. Restore one file or folder of the source "data"

          tar --zstd --numeric-owner -p -C /root/restored -xf "$ARCHIVE" data/config/settings.yaml

        6. Put the source "data" back to its place: stop the program that uses it, move the old folder away, and

          mkdir /var/lib/program
          tar --zstd --acls --xattrs --xattrs-include='*' --numeric-owner -p --strip-components=1 -C /var/lib/program -xf "$ARCHIVE" data

        Good to know
          - A SQLite database is stored as one consistent file, its -wal and -shm left out. Never put it beside -wal or
            -shm files of another copy: remove those first.
          - tar may say "Ignoring unknown extended header keyword 'hdrcharset'": a file name is not UTF-8; it is restored
            as it was.
          - An entry that occurs twice was read twice, since it changed in between: the second one counts, and tar takes it.

        """
}
