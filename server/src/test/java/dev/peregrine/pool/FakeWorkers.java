package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.pool.StartFailure.Category;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// Workers that exist only in virtual time; what becomes of each start is decided by the test.
final class FakeWorkers implements WorkerSource {
  private final VirtualTime time;
  private final List<FakeWorker> all = new ArrayList<>();
  private Supplier<Fate> fates = () -> Fate.ready(Duration.ofMillis(100));
  private Duration drainTime = Duration.ofMillis(10);
  private int slots = 1;
  private Duration occupation = Duration.ofMillis(1);
  private WorkerProtocol protocol = WorkerProtocol.HTTP;

  FakeWorkers(VirtualTime time) {
    this.time = time;
  }

  /// Decides what becomes of the starts from now on.
  void fate(Supplier<Fate> fates) {
    this.fates = fates;
  }

  void fate(Fate fate) {
    this.fates = () -> fate;
  }

  /// Requests at once of the workers from now on; 0 for no bound.
  void slots(int slots) {
    this.slots = slots;
  }

  /// How long requests run on in workers whose connections were closed; such workers have a socket
  /// a slot.
  void occupation(Duration occupation) {
    this.occupation = occupation;
    protocol = WorkerProtocol.GATEWAY;
  }

  void drainTime(Duration drainTime) {
    this.drainTime = drainTime;
  }

  /// Every worker ever started, in order.
  List<FakeWorker> all() {
    return all;
  }

  List<FakeWorker> alive() {
    return all.stream().filter(worker -> worker.isAlive).toList();
  }

  /// Workers that are ready and were not told to go.
  List<FakeWorker> serving() {
    return all.stream()
        .filter(worker -> worker.isReady && worker.isAlive && !worker.isTold)
        .toList();
  }

  FakeWorker byName(String name) {
    return all.stream().filter(worker -> worker.name.equals(name)).findFirst().orElseThrow();
  }

  @Override
  public WorkerHandle start(String name, WorkerListener listener) {
    FakeWorker worker = new FakeWorker(name, all.size() + 1, slots, listener, time.nanoTime());
    all.add(worker);
    Fate fate = fates.get();
    time.after(
        fate.after(),
        () -> {
          if (fate.failure().isPresent()) {
            worker.fail(fate.failure().get());
          } else {
            worker.becomeReady();
          }
        });
    return worker;
  }

  /// What becomes of a start.
  record Fate(Duration after, Optional<Category> failure) {
    static Fate ready(Duration after) {
      return new Fate(after, Optional.empty());
    }

    static Fate failing(Duration after, Category category) {
      return new Fate(after, Optional.of(category));
    }
  }

  /// One of them.
  final class FakeWorker implements WorkerHandle {
    final String name;
    final int pid;
    final long startedAt;
    final List<String> orders = new ArrayList<>();
    boolean isAlive = true;
    boolean isReady;
    boolean isTold;
    boolean isFrozen;
    boolean isStopped;
    boolean isDeaf;
    long residentBytes = 1000;
    long ticks;
    private final int slots;
    private final WorkerListener listener;

    FakeWorker(String name, int pid, int slots, WorkerListener listener, long startedAt) {
      this.name = name;
      this.pid = pid;
      this.slots = slots;
      this.listener = listener;
      this.startedAt = startedAt;
    }

    void becomeReady() {
      if (isAlive) {
        isReady = true;
        listener.ready(
            new ReadyWorker(
                pid,
                protocol,
                Collections.nCopies(
                    protocol == WorkerProtocol.GATEWAY ? slots : 1,
                    new Endpoint.Unix(Path.of("/fake/" + name))),
                slots == 0 ? OptionalInt.empty() : OptionalInt.of(slots),
                true,
                "fake 1.0",
                ""));
      }
    }

    void fail(Category category) {
      if (isAlive) {
        isAlive = false;
        listener.failed(failure(name, category, time));
      }
    }

    /// Dies of itself, or by somebody's hand.
    void die(boolean isKilled) {
      if (!isAlive) {
        return;
      }
      if (!isReady) {
        fail(isKilled ? Category.KILLED : Category.EXIT);
        return;
      }
      isAlive = false;
      listener.exited(
          new WorkerExit(isKilled ? "killed by SIGKILL" : "exited", isKilled, false, List.of()));
    }

    void disconnect() {
      if (isAlive && isReady) {
        isTold = true;
        listener.disconnected();
      }
    }

    @Override
    public OptionalInt pid() {
      return OptionalInt.of(pid);
    }

    @Override
    public void ping(long id) {
      if (isAlive && !isFrozen && !isStopped) {
        time.after(Duration.ofMillis(1), () -> listener.pong(id));
      }
    }

    @Override
    public void awaitSlot(int index) {
      time.after(
          occupation,
          () -> {
            if (isFrozen || isStopped) {
              awaitSlot(index);
            } else if (isAlive) {
              listener.slotFree(index);
            }
          });
    }

    @Override
    public void drain() {
      order("drain", drainTime);
    }

    @Override
    public void terminate() {
      order("terminate", drainTime);
    }

    private void order(String order, Duration delay) {
      orders.add(order);
      isTold = true;
      if (!isFrozen && !isStopped && !isDeaf) {
        time.after(delay, () -> die(false));
      }
    }

    @Override
    public void kill() {
      orders.add("kill");
      isTold = true;
      time.after(Duration.ofMillis(5), () -> die(true));
    }

    @Override
    public Vitals vitals() {
      return isAlive ? new Vitals(true, isStopped, residentBytes, ticks) : Vitals.GONE;
    }
  }

  static StartFailure failure(String worker, Category category, Timing time) {
    return new StartFailure(
        StartFailures.newId(),
        worker,
        category,
        "failed as told",
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Duration.ofMillis(1),
        Map.of(),
        List.of(),
        "none",
        time.now());
  }
}
