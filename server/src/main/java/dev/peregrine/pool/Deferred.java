package dev.peregrine.pool;

import java.util.ArrayList;
import java.util.List;

/// What is to be done once the pool's lock is left: calls on the same thread, and commands, which
/// may block, on another. Guarded by the pool's lock until it is taken.
final class Deferred {
  private List<Runnable> calls = new ArrayList<>();
  private List<Runnable> commands = new ArrayList<>();

  void call(Runnable call) {
    calls.add(call);
  }

  void command(Runnable command) {
    commands.add(command);
  }

  List<Runnable> takeCalls() {
    if (calls.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = calls;
    calls = new ArrayList<>();
    return taken;
  }

  List<Runnable> takeCommands() {
    if (commands.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = commands;
    commands = new ArrayList<>();
    return taken;
  }
}
