package dev.peregrine.init;

import static dev.peregrine.init.TestServices.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.init.ServiceActions.Part;
import dev.peregrine.init.ServiceConfig.Action;
import dev.peregrine.init.ServiceConfig.Health;
import dev.peregrine.init.ServiceConfig.Probe;
import dev.peregrine.init.ServiceConfig.Readiness;
import dev.peregrine.init.ServiceConfig.When;
import dev.peregrine.init.Supervisor.Order;
import dev.peregrine.process.ExitStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisorTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Probe TCP = new Probe.Tcp("127.0.0.1", 6379);

  private final FakeWorld world = new FakeWorld();

  @Test
  void start_ofServicesAfterOthers_waitsUntilThoseAreReady() {
    world.add(
        service("app").after("cache", "db").config(),
        service("db").ready(new Readiness.Notifies()).config(),
        service("cache").config());
    assertThat(world.story()).containsExactly("db runs", "cache runs");

    world.supervisor.notified("db", world.now);
    assertThat(world.story()).containsExactly("app runs", "settled");
  }

  @Test
  void start_afterATask_waitsForItsEnd() {
    world.add(
        service("app").after("migrate").config(),
        service("migrate").ready(new Readiness.Done()).config());
    world.end("migrate", OK);
    assertThat(world.story()).containsExactly("migrate runs", "app runs", "settled");
    assertThat(world.service("migrate").state()).isEqualTo(Service.State.ENDED);
  }

  @Test
  void start_afterATaskThatFails_waitsForItsNextTry() {
    world.add(
        service("app").after("migrate").config(),
        service("migrate").ready(new Readiness.Done()).restarted(When.ON_FAILURE).config());
    world.end("migrate", new ExitStatus.Exited(3));
    world.pass(SECOND);
    world.end("migrate", OK);
    assertThat(world.story())
        .containsExactly("migrate runs", "settled", "migrate runs", "app runs");
  }

  @Test
  void start_ofDisabledService_waitsForTheOrder() {
    world.add(service("a").disabled().config());
    world.pass(MINUTE);
    assertThat(world.story()).containsExactly("settled");
    world.order("a", Order.START);
    assertThat(world.story()).containsExactly("a runs");
  }

  @Test
  void end_ofAService_restartsItAfterAGrowingPause() {
    world.add(service("a").config());
    world.story();
    world.end("a", OK);
    world.pass(SECOND.minusMillis(1));
    assertThat(world.story()).isEmpty();
    world.pass(Duration.ofMillis(1));
    assertThat(world.story()).containsExactly("a runs");
    world.end("a", OK);
    world.pass(SECOND);
    assertThat(world.story()).isEmpty();
    world.pass(SECOND);
    assertThat(world.story()).containsExactly("a runs");
  }

  @Test
  void end_ofAServiceThatIsNotRestarted_endsIt() {
    world.add(service("a").restarted(When.ON_FAILURE).config());
    world.end("a", new ExitStatus.Exited(1));
    assertThat(world.states()).isEqualTo("a=PAUSING");
    world.pass(SECOND);
    world.end("a", OK);
    assertThat(world.states()).isEqualTo("a=ENDED");
  }

  @Test
  void end_tooOften_givesUp() {
    world.add(service("a").attempts(2).config());
    for (int i = 0; i < 3; i++) {
      world.end("a", OK);
      world.pass(Duration.ofSeconds(5));
    }
    assertThat(world.states()).isEqualTo("a=ENDED");
    assertThat(world.story()).endsWith("a gave_up");
  }

  @Test
  void end_ofEssentialService_endsTheContainerWithItsCode() {
    world.add(service("a").essential().restarted(When.NEVER).config());
    world.end("a", new ExitStatus.Signalled(9, false));
    assertThat(world.story()).endsWith("a ends the container with 137");
  }

  @Test
  void end_ofEssentialServiceByOrder_leavesTheContainer() {
    world.add(service("a").essential().restarted(When.NEVER).config());
    world.order("a", Order.STOP);
    assertThat(world.story()).containsExactly("a runs", "settled", "a gets 15");
    assertThat(world.states()).isEqualTo("a=DOWN");
  }

  @Test
  void start_thatFails_isTriedAgain() {
    world.failsToStart = true;
    world.add(service("a").config());
    assertThat(world.states()).isEqualTo("a=PAUSING");
    world.failsToStart = false;
    world.pass(SECOND);
    assertThat(world.states()).isEqualTo("a=READY");
  }

  @Test
  void start_ofEssentialProgramThatIsMissing_endsTheContainerWith127() {
    world.failsToStart = true;
    world.add(service("a").essential().restarted(When.NEVER).config());
    assertThat(world.story()).contains("a ends the container with 127");
  }

  @Test
  void start_thatTakesTooLong_isStoppedAndTriedAgain() {
    world.add(service("a").ready(new Readiness.Notifies()).within(Duration.ofSeconds(5)).config());
    world.pass(Duration.ofSeconds(7));
    assertThat(world.story())
        .containsExactly("a runs", "a start_timeout", "a gets 15", "settled", "a runs");
  }

  @Test
  void readiness_byProbe_asksUntilTheAnswerIsGood() {
    world.add(service("a").ready(new Readiness.Answers(TCP)).config());
    world.pass(Duration.ofMillis(50));
    assertThat(world.questions).hasSize(1);
    world.supervisor.answered("a", world.questions.getLast().token(), "refused", world.now);
    assertThat(world.states()).isEqualTo("a=STARTING");
    world.pass(Duration.ofMillis(100));
    assertThat(world.questions).hasSize(2);
    world.supervisor.answered("a", world.questions.getFirst().token(), "", world.now);
    assertThat(world.states()).as("an answer to an older question").isEqualTo("a=STARTING");
    world.supervisor.answered("a", world.questions.getLast().token(), "", world.now);
    assertThat(world.states()).isEqualTo("a=READY");
  }

  @Test
  void readiness_byCommand_isItsSuccess() {
    world.add(service("a").ready(new Readiness.Answers(check())).config());
    world.pass(Duration.ofMillis(50));
    world.end(world.pid("a", Part.PROBE), new ExitStatus.Exited(1));
    world.deliver();
    assertThat(world.states()).isEqualTo("a=STARTING");
    world.pass(Duration.ofMillis(100));
    world.end(world.pid("a", Part.PROBE), OK);
    world.deliver();
    assertThat(world.states()).isEqualTo("a=READY");
  }

  @Test
  void readiness_byCommandThatHangs_killsItAndAsksAgain() {
    world.add(service("a").ready(new Readiness.Answers(check())).config());
    world.pass(Duration.ofMillis(5060));
    assertThat(world.story()).contains("a check", "a gets 9");
    world.pass(Duration.ofMillis(100));
    assertThat(world.story()).contains("a check");
  }

  @Test
  void health_badSeveralTimesInARow_restartsTheService() {
    world.add(service("a").watched(health(Action.RESTART)).config());
    for (String answer : new String[] {"down", "down", "", "down", "down", "down"}) {
      world.pass(Duration.ofSeconds(10));
      world.supervisor.answered("a", world.questions.getLast().token(), answer, world.now);
    }
    world.deliver();
    world.pass(SECOND);
    assertThat(world.story())
        .containsExactly("a runs", "settled", "a unhealthy", "a gets 15", "a runs");
  }

  @Test
  void health_withoutAnswer_isBad() {
    world.add(service("a").watched(health(Action.STOP_CONTAINER)).config());
    world.pass(Duration.ofSeconds(39));
    assertThat(world.story())
        .containsExactly("a runs", "settled", "a unhealthy", "a ends the container with 1");
  }

  @Test
  void watchdog_fed_isWell() {
    world.add(service("a").watched(watchdog()).config());
    for (int i = 0; i < 10; i++) {
      world.pass(Duration.ofSeconds(9));
      world.supervisor.alive("a", "", world.now);
    }
    assertThat(world.story()).containsExactly("a runs", "settled");
  }

  @Test
  void watchdog_notFed_restartsTheService() {
    world.add(service("a").watched(watchdog()).config());
    world.pass(Duration.ofSeconds(12));
    assertThat(world.story())
        .containsExactly("a runs", "settled", "a unhealthy", "a gets 15", "a runs");
  }

  @Test
  void watchdog_triggered_restartsTheServiceAtOnce() {
    world.add(service("a").watched(watchdog()).config());
    world.pass(SECOND);
    world.supervisor.alive("a", "said so itself", world.now);
    assertThat(world.story()).containsExactly("a runs", "settled", "a unhealthy", "a gets 15");
  }

  @Test
  void schedule_everyHour_runsWithoutOverlap() {
    world.add(service("job").at("@hourly").config());
    assertThat(world.story()).containsExactly("settled");
    world.pass(Duration.ofHours(1));
    assertThat(world.story()).containsExactly("job runs");
    world.pass(Duration.ofMinutes(130));
    assertThat(world.story()).isEmpty();
    world.end("job", OK);
    assertThat(world.story()).containsExactly("job run_skipped");
    world.pass(Duration.ofMinutes(50));
    assertThat(world.story()).containsExactly("job runs");
  }

  @Test
  void once_ofScheduledService_runsNowAndKeepsTheSchedule() {
    world.add(service("job").at("@hourly").config());
    world.story();
    world.order("job", Order.ONCE);
    assertThat(world.story()).containsExactly("job runs");
    world.end("job", OK);
    world.pass(Duration.ofHours(1));
    assertThat(world.story()).containsExactly("job runs");
  }

  @Test
  void once_ofAService_runsItOnce() {
    world.add(service("a").disabled().config());
    world.order("a", Order.ONCE);
    world.end("a", new ExitStatus.Exited(1));
    world.pass(MINUTE);
    assertThat(world.story()).containsExactly("settled", "a runs");
  }

  @Test
  void restart_ofAService_hasNoPause() {
    world.add(service("a").config());
    world.order("a", Order.RESTART);
    assertThat(world.story()).containsExactly("a runs", "settled", "a gets 15", "a runs");
  }

  @Test
  void start_whileItStops_startsItAgain() {
    world.dieOnTerm = false;
    world.add(service("a").config());
    world.order("a", Order.STOP);
    world.order("a", Order.START);
    world.end("a", OK);
    assertThat(world.story()).containsExactly("a runs", "settled", "a gets 15", "a runs");
  }

  @Test
  void finish_ofADirectory_getsCodeAndSignal() {
    world.scripts.add("a/finish");
    world.add(service("a").directory().config());
    world.story();
    world.end("a", new ExitStatus.Signalled(9, false));
    assertThat(world.story()).containsExactly("a ./finish -1 9");
    world.pass(SECOND);
    assertThat(world.story()).as("no restart before finish is over").isEmpty();
    world.end(world.pid("a", Part.FINISH), OK);
    world.deliver();
    world.pass(SECOND);
    world.end("a", new ExitStatus.Exited(3));
    assertThat(world.story()).containsExactly("a runs", "a ./finish 3 0");
  }

  @Test
  void finish_ofProgramThatDoesNotStart_gets111() {
    assertThat(RunitProtocol.finish(null)).containsExactly("./finish", "111", "0");
  }

  @Test
  void finish_thatHangs_isKilled() {
    world.scripts.add("a/finish");
    world.add(service("a").directory().config());
    world.end("a", OK);
    world.pass(Duration.ofSeconds(3));
    assertThat(world.story()).endsWith("a ./finish 0 0", "a gets 9");
    assertThat(world.states()).isEqualTo("a=PAUSING");
  }

  @Test
  void signal_withControlScript_asksItFirst() {
    world.scripts.add("a/control/h");
    world.add(service("a").directory().config());
    world.story();
    world.service("a").signal(1);
    assertThat(world.story()).containsExactly("a ./control/h");
    world.end(world.pid("a", Part.CONTROL), new ExitStatus.Exited(1));
    world.deliver();
    assertThat(world.story()).containsExactly("a gets 1");

    world.service("a").signal(1);
    world.end(world.pid("a", Part.CONTROL), OK);
    world.deliver();
    assertThat(world.story()).as("it did the work itself").containsExactly("a ./control/h");
  }

  @Test
  void group_thatIsLeft_isEndedBeforeTheRestart() {
    world.add(service("a").config());
    int pid = world.pid("a", Part.RUN);
    world.dieOnTerm = false;
    world.crowdedGroups.add(pid);
    world.end("a", OK);
    world.pass(Duration.ofSeconds(2));
    assertThat(world.states()).isEqualTo("a=CLEARING");
    world.pass(Duration.ofSeconds(2));
    assertThat(world.crowdedGroups).isEmpty();
    world.pass(SECOND);
    assertThat(world.states()).isEqualTo("a=READY");
  }

  @Test
  void stop_ofEverything_goesBackwardsAndInParallel() {
    world.dieOnTerm = false;
    world.add(
        service("db").config(),
        service("cache").config(),
        service("app").after("db", "cache").config(),
        service("web").after("app").config());
    world.story();
    world.stopAll(MINUTE);
    assertThat(world.story()).containsExactly("web gets 15");
    world.end("web", OK);
    assertThat(world.story()).containsExactly("app gets 15");
    world.end("app", OK);
    assertThat(world.story()).containsExactly("db gets 15", "cache gets 15");
    world.end("cache", OK);
    world.end("db", OK);
    assertThat(world.story()).containsExactly("down");
  }

  @Test
  void stop_withATaskInBetween_keepsTheOrder() {
    world.dieOnTerm = false;
    world.add(
        service("db").config(),
        service("migrate").after("db").ready(new Readiness.Done()).config(),
        service("app").after("migrate").config());
    world.end("migrate", OK);
    world.story();
    world.stopAll(MINUTE);
    assertThat(world.story()).containsExactly("app gets 15");
    world.end("app", OK);
    assertThat(world.story()).containsExactly("db gets 15");
  }

  @Test
  void stop_ofStubbornServices_killsThemTogether() {
    world.dieOnTerm = false;
    world.add(service("a").config(), service("b").config());
    world.story();
    world.stopAll(MINUTE);
    world.pass(Duration.ofMillis(2999));
    assertThat(world.story()).containsExactly("a gets 15", "b gets 15");
    world.pass(Duration.ofMillis(1));
    assertThat(world.story()).containsExactly("a gets 9", "b gets 9", "down");
  }

  @Test
  void stop_ofStubbornLayers_sharesTheBudget() {
    world.dieOnTerm = false;
    world.add(
        service("a").stoppedIn(MINUTE).config(),
        service("b").after("a").stoppedIn(MINUTE).config(),
        service("c").after("b").stoppedIn(MINUTE).config());
    world.story();
    world.stopAll(Duration.ofSeconds(6));
    world.pass(Duration.ofSeconds(2));
    assertThat(world.story()).containsExactly("c gets 15", "c gets 9", "b gets 15");
    world.pass(Duration.ofSeconds(4));
    assertThat(world.story()).containsExactly("b gets 9", "a gets 15", "a gets 9", "down");
  }

  @Test
  void stop_withALogService_endsItsInputFirst() {
    world.add(
        service("a/log").directory().config(), service("a").directory().after("a/log").config());
    world.story();
    world.stopAll(MINUTE);
    assertThat(world.story()).containsExactly("a gets 15", "a/log has no more input");
    world.end("a/log", OK);
    assertThat(world.story()).containsExactly("down");
  }

  @Test
  void stop_ofLogServiceThatReadsOn_terminatesIt() {
    world.add(service("a/log").directory().config());
    world.story();
    world.stopAll(MINUTE);
    world.pass(Duration.ofMillis(1500));
    assertThat(world.story()).containsExactly("a/log has no more input", "a/log gets 15", "down");
  }

  @Test
  void stop_ofPausingAndWaitingServices_isImmediate() {
    world.add(
        service("a").ready(new Readiness.Notifies()).config(), service("b").after("a").config());
    world.end("a", OK);
    world.story();
    world.stopAll(MINUTE);
    assertThat(world.story()).containsExactly("down");
    world.pass(MINUTE);
    assertThat(world.story()).isEmpty();
  }

  @Test
  void stop_ofNothing_isDownAtOnce() {
    world.stopAll(MINUTE);
    assertThat(world.story()).containsExactly("down");
  }

  @Test
  void remove_ofAService_stopsAndForgetsIt() {
    world.add(service("a").config());
    world.story();
    world.supervisor.remove("a", world.now);
    world.deliver();
    world.pass(MINUTE);
    assertThat(world.story()).containsExactly("a gets 15");
    assertThat(world.supervisor.services()).isEmpty();
  }

  private static final ExitStatus OK = FakeWorld.OK;

  private static Probe check() {
    return new Probe.Exec(java.util.List.of("check"));
  }

  private static Health watchdog() {
    return Health.watchdog(Duration.ofSeconds(10), 1, Action.RESTART);
  }

  private static Health health(Action action) {
    return new Health(TCP, Duration.ofSeconds(10), Duration.ofSeconds(3), 3, action);
  }
}
