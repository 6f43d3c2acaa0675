package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Nobody stays a zombie, and no status is taken for another's.
@Isolated("fills the machine with processes")
class InitReapingTest {
  /// Makes orphans that end at once with code 7, or are killed as a group, then waits until nothing
  /// of them is left.
  private static final String ORPHANS =
      """
      use strict;
      sub zombies {
        opendir(my $dir, '/proc'); my $n = 0;
        for my $pid (grep /^\\d+$/, readdir $dir) {
          open(my $f, '<', "/proc/$pid/stat") or next;
          $n++ if (<$f> // '') =~ /\\) Z /;
        }
        return $n;
      }
      sub orphans {
        my $n = shift;
        for (1 .. $n) {
          my $middle = fork // die; next if $middle && waitpid($middle, 0);
          my $orphan = fork // die; exit 0 if $orphan; exit 7;
        }
      }
      my $group = 0;
      sub storm {
        my $n = shift;
        my $middle = $group = fork // die;
        if (!$middle) {
          setpgrp(0, 0);
          for (1 .. $n) { fork // die or sleep }
          exit 0;
        }
        waitpid($middle, 0); kill(KILL => -$middle);
      }
      sub settle {
        select(undef, undef, undef, 0.02) while zombies() > 0 || $group && kill(0, -$group);
      }
      """;

  /// Storms of orphans that share the memory of who made them: a copy of it would be nearly all
  /// that making them costs.
  private static final String HUNDRED_THOUSAND =
      """
      import ctypes, mmap, os, re, signal, subprocess, sys, time
      CLONE_VM, STACK = 0x100, 4096
      libc = ctypes.CDLL(None)
      def make(n):
          stacks = mmap.mmap(-1, n * STACK)
          first = ctypes.addressof(ctypes.c_char.from_buffer(stacks))
          for i in range(1, n + 1):
              top = ctypes.c_void_p(first + i * STACK)
              if libc.clone(libc.pause, top, CLONE_VM | signal.SIGCHLD, None) < 0:
                  os._exit(1)
          os._exit(0)
      def is_left(group):
          try:
              os.killpg(group, 0)
              return True
          except ProcessLookupError:
              return False
      def zombies():
          return any(state(pid) == 'Z' for pid in os.listdir('/proc') if pid.isdigit())
      def state(pid):
          try:
              return open(f'/proc/{pid}/stat').read().rpartition(') ')[2][:1]
          except OSError:
              return ''
      def storm(n):
          group = os.fork()
          if group == 0:
              os.setpgid(0, 0)
              make(n)
          if os.waitpid(group, 0)[1]:
              sys.exit(1)
          os.killpg(group, signal.SIGKILL)
          while is_left(group) or zombies():
              time.sleep(0.02)
      def memory(): # of its own: pages of files come and go
          return int(re.search(r'RssAnon:\\s+(\\d+)', open('/proc/1/status').read())[1])
      storm(1000)
      before = memory()
      for _ in range(10):
          storm(10000)
      print('grown', memory() - before)
      status = subprocess.run([sys.argv[1], 'init', 'status', '--json'], capture_output=True, text=True)
      print(re.search(r'"orphans_reaped":\\d+', status.stdout)[0])
      sys.exit(3)
      """;

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void orphans_thousand_areReaped(InitProgram program) {
    Container.Ended ended =
        program
            .running("perl /run/orphans")
            .program("/run/orphans", ORPHANS + "orphans(1000); settle(); exit 3;")
            .run();

    assertThat(ended.code()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void orphans_dieInTheSameInstant_areReapedAndMainsCodeIsKept(InitProgram program) {
    Container.Ended ended =
        program
            .running("perl /run/orphans")
            .program("/run/orphans", ORPHANS + "storm(1000); settle(); exit 3;")
            .run();

    assertThat(ended.code()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void main_endsTogetherWithOrphans_codeIsMains(InitProgram program) {
    Container.Ended ended =
        program
            .running("perl /run/orphans")
            .program("/run/orphans", ORPHANS + "storm(1000); exit 3;")
            .run();

    assertThat(ended.code()).isEqualTo(3);
  }

  @Test
  void orphans_duringStartScriptAndStop_areReaped() {
    Container.Ended ended =
        InitProgram.ours("", "sh -c 'exit 5'")
            .program("/etc/my_init.d/1", "#!/usr/bin/perl\n" + ORPHANS + "storm(300); settle();")
            .program(
                "/etc/my_init.pre_shutdown.d/1",
                "#!/usr/bin/perl\n" + ORPHANS + "storm(300); settle(); print 'clean';")
            .run();

    assertThat(ended.code()).isEqualTo(5);
    assertThat(ended.output()).isEqualTo("clean");
  }

  @Test
  @Timeout(330)
  void tenThousandOrphans_tenTimes_areReapedAndMemoryDoesNotGrow() {
    Container.Ended ended =
        InitProgram.ours("", "python3 /run/main " + Container.PRODUCT)
            .program("/run/main", HUNDRED_THOUSAND)
            .limit(Duration.ofMinutes(5))
            .run();

    assertThat(ended.errors()).isEmpty();
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.output()).containsPattern("grown -?\\d{1,3}\n\"orphans_reaped\":101000\n");
  }

  @Test
  void processIds_reusedAfterOrphansExiting7_scriptsSucceed() {
    Container.Plan plan =
        InitProgram.ours("", "sh -c 'exit 0'")
            .setup(Container.FEW_PROCESS_IDS)
            .program("/etc/my_init.d/00", "#!/usr/bin/perl\n" + ORPHANS + "orphans(700);");
    for (int i = 10; i < 23; i++) {
      plan.program("/etc/my_init.d/" + i, "#!/bin/sh\nexit 0\n");
    }
    Container.Ended ended = plan.run();

    assertThat(ended.errors()).isEmpty();
    assertThat(ended.code()).isZero();
  }

  @Test
  void init_notProcessOne_adoptsAndReapsOrphansWithoutAWord() {
    Container.Ended ended =
        Container.of(
                "sh -c '%s init -q -- perl /run/orphans; echo code $?'"
                    .formatted(Container.PRODUCT))
            .setup("rm -rf /etc/service")
            .program(
                "/run/orphans",
                """
                my $middle = fork // die;
                if (!$middle) { fork // die or sleep; exit }
                waitpid($middle, 0);
                my @adopted;
                opendir(my $dir, '/proc');
                for my $pid (grep /^\\d+$/, readdir $dir) {
                  open(my $f, '<', "/proc/$pid/stat") or next;
                  next unless (<$f> // '') =~ /\\) \\S (\\d+)/;
                  push @adopted, $pid if $1 == getppid() && $pid != $$;
                }
                kill(KILL => @adopted);
                for my $pid (@adopted) { select(undef, undef, undef, 0.02) while -e "/proc/$pid" }
                print 'adopted ', scalar @adopted, "\\n"; exit 4;
                """)
            .run();

    assertThat(ended.output()).isEqualTo("adopted 1\ncode 4\n");
    assertThat(ended.errors()).isEmpty();
  }

  @Test
  void init_idle_usesNoProcessor() {
    try (Container container = InitProgram.ours("", "sh -c 'echo ready; exec sleep 60'").start()) {
      container.awaitOutput("ready");
      long pid = container.pid();
      Await.until("init waits", () -> switchesOf(pid) == switchesAfterAWhile(pid));
      long before = switchesOf(pid);
      long after = switchesAfterAWhile(pid);
      assertThat(after - before).as("wake-ups of all its threads").isLessThanOrEqualTo(2);
    }
  }

  private static long switchesAfterAWhile(long pid) {
    Commands.run("sleep", "1");
    return switchesOf(pid);
  }

  /// How often its threads have gone to sleep.
  private static long switchesOf(long pid) {
    String[] threads = java.nio.file.Path.of("/proc/" + pid + "/task").toFile().list();
    long sum = 0;
    for (String thread : threads == null ? new String[0] : threads) {
      String count = Procs.status(Long.parseLong(thread), "voluntary_ctxt_switches");
      sum += count.isEmpty() ? 0 : Long.parseLong(count);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void childSignals_fromOutside_haveNoEffect(InitProgram program) {
    try (Container container =
        program
            .running("sh -c 'echo ready; while [ ! -e /shared/go ]; do sleep 0.05; done; exit 6'")
            .start()) {
      container.awaitOutput("ready");
      container.signal("CHLD", "CHLD", "CHLD");
      go(container);
      assertThat(container.await().code()).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @EnumSource(InitProgram.class)
  void main_stoppedAndContinued_isNotTakenForEnded(InitProgram program) {
    try (Container container =
        program
            .running("sh -c 'echo ready; while [ ! -e /shared/go ]; do sleep 0.05; done; exit 6'")
            .start()) {
      container.awaitOutput("ready");
      long main = Procs.children(container.pid()).getFirst();
      Procs.signal(main, "STOP");
      Await.until("main is stopped", () -> Procs.status(main, "State").startsWith("T"));
      Procs.signal(main, "CONT");
      go(container);
      assertThat(container.await().code()).isEqualTo(6);
    }
  }

  private static void go(Container container) {
    Commands.run("touch", container.directory().resolve("go").toString());
  }
}
