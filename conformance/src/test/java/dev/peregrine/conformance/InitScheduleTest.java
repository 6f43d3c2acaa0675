package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random lives of a container: forks, orphans, exits, stops and signals at random moments, with so
/// few process ids that all are used again and again. A seed that fails can be run alone.
@Execution(ExecutionMode.CONCURRENT)
class InitScheduleTest {
  private static final int SCHEDULES = 200;

  /// Does as its seed says, and writes down the exit code that init has to give right before it
  /// ends.
  private static final String MAIN =
      """
      use strict;
      use Time::HiRes 'sleep';
      srand($ARGV[0]);
      my $told = 0;
      $SIG{TERM} = sub { $told = 1 };
      $SIG{$_} = sub {} for qw(USR1 USR2 HUP WINCH);
      sub ends {
        my ($code, $signal) = @_;
        open(my $f, '>', '/shared/expected'); print $f $signal ? 128 + $signal : $code; close $f;
        if ($signal) { $SIG{TERM} = 'DEFAULT'; kill $signal, $$; sleep 5 }
        exit $code;
      }
      sub orphans {
        for (1 .. $_[0]) {
          my $middle = fork; next if !defined $middle;
          if (!$middle) {
            my $orphan = fork;
            if (defined $orphan && !$orphan) {
              if (rand() < 0.3) { require POSIX; POSIX::setsid() }
              $SIG{TERM} = rand() < 0.2 ? 'IGNORE' : 'DEFAULT';
              sleep rand(0.05) if rand() < 0.5;
              sleep 30 if rand() < 0.05;
              exit int(rand(256));
            }
            exit 7;
          }
          waitpid($middle, 0);
          kill('STOP', $middle) if rand() < 0.1;
        }
      }
      print "ready\\n"; STDOUT->flush();
      for (1 .. 3 + int(rand(10))) {
        orphans(int(rand(40)));
        if (rand() < 0.2) { my $p = fork; if (defined $p && !$p) { kill 'STOP', $$; exit 0 } }
        kill('CHLD', 1) if rand() < 0.3;
        ends(int(rand(256)), 0) if $told && rand() < 0.7;
        sleep rand(0.03);
      }
      my $fate = rand();
      ends(int(rand(256)), 0) if $fate < 0.6;
      ends(0, (9, 15, 6)[int(rand(3))]) if $fate < 0.9;
      sleep 0.01 until $told;
      ends(int(rand(256)), 0);
      """;

  static LongStream seeds() {
    return LongStream.range(0, SCHEDULES);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void schedule_ofSeed_codeIsMainsAndTheStopIsInOrder(long seed) {
    Random random = new Random(seed);
    String orphans = "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9; do (sh -c 'exit 7' &); done\nexit 0\n";
    try (Container container =
        InitProgram.ours("--stop-time infinity --strays-time 0.3", "perl /run/main " + seed)
            .setup(Container.FEW_PROCESS_IDS)
            .program("/run/main", MAIN)
            .program("/etc/my_init.d/1", orphans)
            .program("/etc/my_init.d/2", orphans)
            .program("/etc/my_init.pre_shutdown.d/1", orphans)
            .program("/etc/my_init.post_shutdown.d/1", "#!/bin/sh\necho post\n")
            .start()) {
      container.awaitOutput("ready");
      List<String> signals = List.of("USR1", "USR2", "HUP", "CHLD", "WINCH", "SEGV");
      for (int i = random.nextInt(4); i > 0; i--) {
        container.signal(signals.get(random.nextInt(signals.size())));
        LockSupport.parkNanos(random.nextInt(20_000_000));
      }
      container.signal("TERM");
      Container.Ended ended = container.await();
      assertThat(ended.code()).as("seed %d: %s", seed, ended).isEqualTo(expected(container));
      assertThat(ended.output()).as("seed %d", seed).isEqualTo("ready\npost\n");
    }
  }

  private static int expected(Container container) {
    return Integer.parseInt(container.text("expected"));
  }
}
