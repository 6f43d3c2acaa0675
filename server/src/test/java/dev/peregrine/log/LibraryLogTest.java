package dev.peregrine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibraryLogTest {
  private static final Logger ROOT = Logger.getLogger("");

  private final Handler[] before = ROOT.getHandlers();
  private final List<String> lines = new ArrayList<>();
  private final Logger library = Logger.getLogger("a.library");

  @BeforeEach
  void install() {
    LibraryLog.install(EventLog.to(lines::add, EventLog.Format.TEXT, Clock.systemUTC()));
  }

  @AfterEach
  void restore() {
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    for (Handler handler : before) {
      ROOT.addHandler(handler);
    }
  }

  @Test
  void publish_aWarningWithItsCause_isOneEvent() {
    library.log(Level.WARNING, "not released", new IllegalStateException("twice\nreleased"));

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .startsWith("level=warn library.reported logger=a.library message=\"not released\"")
        .contains("IllegalStateException: twice\\nreleased")
        .contains("trace=");
  }

  @Test
  void publish_withParameters_isFormatted() {
    library.log(Level.SEVERE, "{0} of {1}", new Object[] {"one", "two"});

    assertThat(lines)
        .containsExactly("level=warn library.reported logger=a.library message=\"one of two\"");
  }

  @Test
  void publish_lessThanAWarning_isLeftOut() {
    library.info("loaded");

    assertThat(lines).isEmpty();
  }
}
