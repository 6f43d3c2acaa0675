package dev.peregrine.process.posix;

import java.lang.foreign.MemorySegment;

/// Private anonymous memory of the kernel's: zero, and costing nothing until it is touched.
public final class Mapping {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;

  private static final MemorySegment MMAP = Libc.function("mmap");
  private static final MemorySegment MUNMAP = Libc.function("munmap");

  private Mapping() {}

  /// Maps that many bytes; returns their address, or minus the error number.
  public static long map(long bytes) {
    return Libc.callLong(
        MMAP, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }

  /// Gives a mapping back. Whoever touches it afterwards ends the process.
  public static int unmap(long address, long bytes) {
    return Libc.call(MUNMAP, address, bytes);
  }

  /// The memory at an address of a mapping.
  @SuppressWarnings("restricted")
  public static MemorySegment segment(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
