package dev.peregrine.process;

import dev.peregrine.process.posix.Epoll;
import dev.peregrine.process.posix.Errno;
import dev.peregrine.process.posix.Posix;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The one thread that reads what all children write, and hands it to their listeners.
///
/// Any thread adds outputs; only the pump's thread reads and closes them. It sleeps until there is
/// something to read, and reads each output once a round, so that a flood delays the others by no
/// more than one read.
final class OutputPump implements Runnable {
  private static final int READ_SIZE = 64 * 1024;
  private static final int MAX_LAST_READS = 64;

  private final Epoll epoll = new Epoll(READ_SIZE);
  private final byte[] bytes = new byte[READ_SIZE];
  private final Map<Integer, Output> outputs = new ConcurrentHashMap<>();
  private final Queue<ChildProcess> abandoned = new ConcurrentLinkedQueue<>();
  private volatile boolean isClosing;

  /// Takes over a pipe's read end, which does not block.
  void add(ChildProcess child, OutputStreamKind kind, int descriptor) {
    outputs.put(descriptor, new Output(child, kind));
    epoll.add(descriptor);
  }

  /// Hands over what can be read now of an ended child's outputs, and closes them.
  void abandon(ChildProcess child) {
    abandoned.add(child);
    epoll.wake();
  }

  /// Makes the thread end; what was not read is lost.
  void close() {
    isClosing = true;
    epoll.wake();
  }

  @Override
  public void run() {
    while (!isClosing) {
      int count = epoll.await();
      for (int i = 0; i < count; i++) {
        int descriptor = epoll.ready(i);
        if (descriptor >= 0) {
          pump(descriptor);
        }
      }
      for (ChildProcess child = abandoned.poll(); child != null; child = abandoned.poll()) {
        finish(child);
      }
    }
    outputs.keySet().forEach(this::end);
    epoll.close();
  }

  /// Reads once; whether there may be more.
  private boolean pump(int descriptor) {
    Output output = outputs.get(descriptor);
    if (output == null) {
      return false;
    }
    int count = epoll.read(descriptor, bytes);
    if (count > 0) {
      deliver(output, count);
      return true;
    }
    if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
      end(descriptor);
    }
    return false;
  }

  private void deliver(Output output, int count) {
    try {
      output.child.output(output.kind, bytes, count);
    } catch (RuntimeException | Error e) {
      Processes.report(e);
    }
  }

  private void finish(ChildProcess child) {
    outputs.forEach((descriptor, output) -> {
      if (output.child == child) {
        int reads = 0;
        while (reads < MAX_LAST_READS && pump(descriptor)) {
          reads++;
        }
        end(descriptor);
      }
    });
  }

  private void end(int descriptor) {
    Output output = outputs.remove(descriptor);
    if (output != null) {
      Posix.close(descriptor);
      output.child.closed();
    }
  }

  /// One of the streams of a child.
  private record Output(ChildProcess child, OutputStreamKind kind) {}
}
