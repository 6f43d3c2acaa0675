package dev.peregrine.process.posix;

/// The two ends of a pipe, as descriptors; both are minus the error number if there is none.
///
/// @param readEnd descriptor to read from
/// @param writeEnd descriptor to write to
public record Pipe(int readEnd, int writeEnd) {
  public boolean isOpen() {
    return readEnd >= 0;
  }

  public void close() {
    Posix.close(readEnd);
    Posix.close(writeEnd);
  }
}
