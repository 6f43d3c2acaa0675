package dev.peregrine.init;

import dev.peregrine.init.StopBudget.Layer;
import dev.peregrine.process.posix.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one stop of a container, layer by layer:
///
/// ```
/// begin ─► drain ─► main command ─► pre hooks ─► services ─► post hooks ─► strays ─► ended
///              └──────────┴─────────────┴── hurry ──┴──────────────┴────────► KILL all
/// ```
///
/// Every layer has a limit, all of them together have one.
final class Shutdown {
  private static final Duration AFTER_KILL = Duration.ofSeconds(1);

  private final Host host;
  private final Options options;
  private final Services services;
  private final Main main;
  private final Runnable ended;
  private StopBudget budget;
  private Step step = Step.NONE;
  private @Nullable Scripts hooks;
  private boolean isHurried;

  /// @param ended everything is down
  Shutdown(Host host, Options options, Services services, Main main, Runnable ended) {
    this.host = host;
    this.options = options;
    this.services = services;
    this.main = main;
    this.ended = ended;
    this.budget = new StopBudget(options.limits().stop(), System.nanoTime(), Set.of());
  }

  /// Where the stop is.
  private enum Step {
    NONE,
    DRAIN,
    MAIN,
    PRE_HOOKS,
    SERVICES,
    POST_HOOKS,
    STRAYS,
    ENDED
  }

  boolean isBegun() {
    return step != Step.NONE;
  }

  /// Begins with a signal for the main command, which may need a while before it gets it.
  void begin(int signal) {
    plan(true);
    Duration delay = options.limits().drain();
    if (delay.isZero()) {
      stopMain(signal);
      return;
    }
    step = Step.DRAIN;
    host.log().info("stop.draining", "delay", delay);
    Host.Timer _ =
        host.after(
            delay,
            () -> {
              if (step == Step.DRAIN) {
                stopMain(signal);
              }
            });
  }

  /// Begins after the end of the main command, or where there is none to tell.
  void begin() {
    plan(true);
    preHooks();
  }

  /// Begins where neither services nor main command have been started: there is nothing to tidy up.
  void beginEarly() {
    plan(false);
    strays();
  }

  private void plan(boolean isWhole) {
    Set<Layer> layers = EnumSet.noneOf(Layer.class);
    if (isWhole && main.isAlive()) {
      layers.add(Layer.MAIN);
    }
    if (isWhole && options.has(Options.Part.HOOKS)) {
      addHooks(layers);
    }
    if (isWhole && services.hasAny()) {
      layers.add(Layer.SERVICES);
    }
    if (options.has(Options.Part.STRAYS)) {
      layers.add(Layer.STRAYS);
    }
    budget = new StopBudget(options.limits().stop(), System.nanoTime(), layers);
  }

  private void addHooks(Set<Layer> layers) {
    if (!Scripts.in(options.roots().preHooks(), host).isEmpty()) {
      layers.add(Layer.PRE_HOOKS);
    }
    if (!Scripts.in(options.roots().postHooks(), host).isEmpty()) {
      layers.add(Layer.POST_HOOKS);
    }
  }

  private Duration share(Layer layer, Optional<Duration> own) {
    return budget.share(layer, System.nanoTime(), own);
  }

  private void stopMain(int signal) {
    if (!main.isAlive()) {
      preHooks();
      return;
    }
    step = Step.MAIN;
    main.stop(signal, share(Layer.MAIN, options.limits().main()));
  }

  /// The main command has ended, by itself or not.
  void mainEnded() {
    if (step == Step.DRAIN || step == Step.MAIN) {
      preHooks();
    }
  }

  private void preHooks() {
    step = Step.PRE_HOOKS;
    runHooks(options.roots().preHooks(), Layer.PRE_HOOKS, this::stopServices);
  }

  private void stopServices() {
    step = Step.SERVICES;
    Duration limit = isHurried ? Duration.ZERO : share(Layer.SERVICES, options.limits().services());
    services.stop(
        limit,
        () -> {
          if (step == Step.SERVICES) {
            postHooks();
          }
        });
  }

  private void postHooks() {
    step = Step.POST_HOOKS;
    runHooks(options.roots().postHooks(), Layer.POST_HOOKS, this::strays);
  }

  private void runHooks(Path directory, Layer layer, Runnable next) {
    if (isHurried || !options.has(Options.Part.HOOKS)) {
      next.run();
      return;
    }
    List<Path> files = Scripts.in(directory, host);
    Scripts scripts = new Scripts(host, files, left -> hookLimit(layer, left), new HookPlan(next));
    hooks = scripts;
    scripts.run();
  }

  private Optional<Duration> hookLimit(Layer layer, int left) {
    Duration share = share(layer, Optional.empty()).dividedBy(left);
    Duration own = options.limits().hook().orElse(share);
    return Optional.of(own.compareTo(share) < 0 ? own : share);
  }

  /// A hook that fails is reported; the stop goes on.
  private final class HookPlan implements Scripts.Plan {
    private final Runnable next;

    HookPlan(Runnable next) {
      this.next = next;
    }

    @Override
    public void ended() {}

    @Override
    public boolean failed(Path script, String how) {
      host.log().warn("hook.failed", "script", script, "status", how);
      return true;
    }

    @Override
    public void done(boolean isComplete) {
      hooks = null;
      next.run();
    }
  }

  private void strays() {
    step = Step.STRAYS;
    if (!options.has(Options.Part.STRAYS) || !Wait.hasChildren()) {
      end();
      return;
    }
    Duration limit = share(Layer.STRAYS, options.limits().strays());
    if (isHurried || limit.isZero()) {
      killStrays();
      return;
    }
    Strays.signal(SignalNumber.TERM);
    Strays.signal(SignalNumber.CONT);
    Host.Timer _ =
        host.after(
            limit,
            () -> {
              if (step == Step.STRAYS) {
                host.log().warn("strays.killed", "limit", limit);
                killStrays();
              }
            });
  }

  private void killStrays() {
    Strays.signal(SignalNumber.KILL);
    Host.Timer _ = host.after(AFTER_KILL, this::end);
  }

  /// No process is left.
  void childless() {
    if (step == Step.STRAYS) {
      end();
    }
  }

  private void end() {
    if (step != Step.ENDED) {
      step = Step.ENDED;
      ended.run();
    }
  }

  /// Kills what runs and skips what can be skipped.
  void hurry() {
    if (isHurried) {
      return;
    }
    isHurried = true;
    host.log().warn("stop.hurried");
    main.kill();
    if (step == Step.SERVICES) {
      services.kill();
    }
    if (hooks != null) {
      hooks.abort(Duration.ZERO);
    }
    if (step == Step.DRAIN && !main.isAlive()) {
      preHooks();
    } else if (step == Step.STRAYS) {
      killStrays();
    }
  }

  /// What the shutdown knows of the main command.
  interface Main {
    boolean isAlive();

    /// Sends it a signal, and kills it when the limit is over.
    void stop(int signal, Duration limit);

    void kill();
  }
}
