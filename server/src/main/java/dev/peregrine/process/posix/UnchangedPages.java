package dev.peregrine.process.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/// The pages of files that are mapped into this process and cannot be written: the code of the
/// virtual machine and of libraries, and the parts of the AOT cache that stay as they are.
public final class UnchangedPages {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final int MADV_DONTNEED = 4;
  private static final int MIN_KIB = 64;
  private static final int HEX = 16;
  private static final String LOWER_HEX = "0123456789abcdef"; // facts begin with capitals

  private static final MemorySegment MADVISE = Libc.function("madvise");

  private UnchangedPages() {}

  /// Takes the pages that have not been changed out of this process: the next use of one finds it
  /// in the cache of files again. For a program that has started, and now hardly does anything.
  public static void release() {
    try {
      Mapping mapping = new Mapping();
      Files.readString(MAPPINGS, ISO_8859_1).lines().forEach(mapping::read);
      mapping.release();
    } catch (IOException _) {
      // without /proc they stay
    }
  }

  /// The mapping whose lines are being read: a first one with its range, then one a fact.
  private static final class Mapping {
    private long start;
    private long end;
    private boolean isOfFile;
    private boolean isChanged;
    private int residentKib;

    void read(String line) {
      if (!line.isEmpty() && LOWER_HEX.indexOf(line.charAt(0)) >= 0) {
        release();
        begin(line);
      } else if (isOfFile && line.startsWith("Rss:")) {
        residentKib = kib(line);
      } else if (isOfFile && line.startsWith("Anonymous:")) {
        isChanged = kib(line) > 0;
      }
    }

    /// `7f12a000-7f12b000 r-xp 00000000 08:01 123 /path`.
    private void begin(String line) {
      int dash = line.indexOf('-');
      int blank = line.indexOf(' ');
      start = Long.parseUnsignedLong(line, 0, dash, HEX);
      end = Long.parseUnsignedLong(line, dash + 1, blank, HEX);
      isOfFile =
          line.charAt(blank + 2) == '-' && line.charAt(blank + 4) == 'p' && line.indexOf('/') > 0;
      isChanged = true;
      residentKib = 0;
    }

    private static int kib(String line) {
      int end = line.length() - " kB".length();
      return Integer.parseInt(line, line.lastIndexOf(' ', end - 1) + 1, end, 10);
    }

    void release() {
      if (isOfFile && !isChanged && residentKib >= MIN_KIB) {
        Libc.call(MADVISE, start, end - start, MADV_DONTNEED);
      }
    }
  }
}
