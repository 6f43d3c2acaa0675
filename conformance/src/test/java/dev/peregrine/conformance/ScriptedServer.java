package dev.peregrine.conformance;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/// The product with a scripted app behind it: what the app answers and what it was asked is at
/// hand.
final class ScriptedServer implements AutoCloseable {
  private final Scripts scripts;
  private final Peregrine server;

  private ScriptedServer(Scripts scripts, Peregrine server) {
    this.scripts = scripts;
    this.server = server;
  }

  /// In front of the app that writes bytes itself, with the defaults.
  static ScriptedServer raw() {
    return raw(setup -> setup);
  }

  static ScriptedServer raw(UnaryOperator<Peregrine.Setup> with) {
    Scripts scripts = new Scripts();
    return new ScriptedServer(scripts, with.apply(scripts.raw()).ready());
  }

  /// In front of a scripted app of another kind.
  static ScriptedServer of(String app) {
    Scripts scripts = new Scripts();
    return new ScriptedServer(scripts, scripts.told(Peregrine.of(app)).ready());
  }

  Peregrine server() {
    return server;
  }

  ScriptedServer answer(String name, Reply... replies) {
    scripts.answer(name, replies);
    return this;
  }

  Path gate(String name) {
    return scripts.gate(name);
  }

  static void open(Path gate) {
    ResponseShapes.touch(gate);
  }

  /// How many requests of a script have reached the app.
  int count(String name) {
    return scripts.count(name);
  }

  /// A field of the last request of a script that has reached the app.
  String askedField(String name, String field) {
    return Scripts.field(scripts.asked(name).getLast(), field);
  }

  RawConnection connect() {
    return server.connect();
  }

  /// A GET below a script's path on a connection of its own.
  Answer get(String path, String... fields) {
    return server.exchange(Messages.get("/" + path, fields));
  }

  Answer exchange(String message) {
    return server.exchange(message);
  }

  /// What many clients get that ask for the same at once; nothing for one whose connection ended.
  List<Answer> crowd(int clients, String path) {
    return crowd(clients, path, () -> {});
  }

  /// The same, with something done once all have asked.
  List<Answer> crowd(int clients, String path, Runnable then) {
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      connections.add(connect().send(Messages.get("/" + path)));
    }
    then.run();
    return answers(connections);
  }

  static List<Answer> answers(List<RawConnection> connections) {
    List<Future<List<Answer>>> futures = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      connections.forEach(one -> futures.add(readers.submit(() -> answerOf(one))));
    }
    List<Answer> answers = new ArrayList<>();
    for (Future<List<Answer>> future : futures) {
      try {
        answers.addAll(future.get());
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    return answers;
  }

  private static List<Answer> answerOf(RawConnection connection) {
    try (connection) {
      return List.of(connection.answer());
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
