/* An origin server that costs next to nothing, the same one for every cache that is measured.

   PORT=N origin [DIRECTORY]        DIRECTORY has text and text.br, for /text

   /1k /100k /big/N    1,024, 102,400 and 50,000,000 bytes
   /k/N                1 to 7 KiB, by N
   /vary/N             1 KiB, Vary: X-Variant
   /text               in br for those who accept it
   /slow/N             1 KiB after one second
   /count              how many requests came but for these; never stored */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 16384, BIG = 50000000, DESCRIPTORS = 65536, LATE_MAX = 16384 };

struct client {
  int held;
  char *request;
  size_t head_left, body_left;
  const char *head_at, *body_at;
  char head[512];
};

struct late {
  int fd;
  int64_t due;
};

static struct client *clients[DESCRIPTORS];
static struct late late[LATE_MAX];
static int late_first, late_end, epoll;
static char *filler, *text, *text_br;
static long text_length, text_br_length, count;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

static void forget(int fd) {
  free(clients[fd]->request);
  free(clients[fd]);
  clients[fd] = NULL;
  close(fd);
}

static void watch(int fd, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(epoll, operation, fd, &event);
}

/* Writes what is left; what does not fit waits for EPOLLOUT. */
static void drain(int fd) {
  struct client *client = clients[fd];
  struct iovec parts[2] = {{(void *)client->head_at, client->head_left}, {(void *)client->body_at, client->body_left}};
  ssize_t done = writev(fd, parts, 2);
  if (done < 0) done = 0;
  size_t of_head = (size_t)done < client->head_left ? (size_t)done : client->head_left;
  client->head_at += of_head;
  client->head_left -= of_head;
  client->body_at += done - of_head;
  client->body_left -= done - of_head;
  watch(fd, EPOLL_CTL_MOD, client->head_left + client->body_left ? EPOLLOUT : EPOLLIN);
}

static void respond(int fd, const char *more, const char *body, size_t length, const char *tag) {
  struct client *client = clients[fd];
  char date[64];
  time_t seconds = time(NULL);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&seconds));
  client->head_left = snprintf(client->head, sizeof client->head,
                               "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: text/plain\r\n%s"
                               "ETag: \"%s\"\r\nContent-Length: %zu\r\n\r\n",
                               date, more, tag, length);
  client->head_at = client->head;
  client->body_at = body;
  client->body_left = length;
  drain(fd);
}

#define SHARED "Cache-Control: public, max-age=86400\r\n"

static void serve(int fd, const char *path, int accepts_br) {
  char tag[64];
  int is_named = sscanf(path, "/%31[a-z0-9]", tag) == 1;
  const char *number = strchr(path + 1, '/');
  uint64_t key = number ? strtoull(number + 1, NULL, 10) : 0;
  if (!strncmp(path, "/count", 6)) {
    int length = sprintf(tag, "%ld", count);
    respond(fd, "Cache-Control: no-store\r\n", strdupa(tag), length, "count");
    return;
  }
  count++;
  if (number && is_named) sprintf(tag + strlen(tag), "-%lu", (unsigned long)key);
  if (!strncmp(path, "/k/", 3)) respond(fd, SHARED, filler, 1024 + mixed(key + 1) % 6145, tag);
  else if (!strncmp(path, "/100k", 5)) respond(fd, SHARED, filler, 102400, tag);
  else if (!strncmp(path, "/big/", 5)) respond(fd, SHARED, filler, BIG, tag);
  else if (!strncmp(path, "/vary/", 6)) respond(fd, SHARED "Vary: X-Variant\r\n", filler, 1024, tag);
  else if (!strncmp(path, "/text", 5) && accepts_br && text_br)
    respond(fd, SHARED "Vary: Accept-Encoding\r\nContent-Encoding: br\r\n", text_br, text_br_length, "text-br");
  else if (!strncmp(path, "/text", 5) && text) respond(fd, SHARED "Vary: Accept-Encoding\r\n", text, text_length, tag);
  else if (!strncmp(path, "/slow/", 6) && late_end - late_first < LATE_MAX)
    late[late_end++ % LATE_MAX] = (struct late){fd, now() + 1000000000LL};
  else respond(fd, SHARED, filler, 1024, is_named ? tag : "other");
}

static void receive(int fd) {
  struct client *client = clients[fd];
  ssize_t got = read(fd, client->request + client->held, REQUEST_MAX - 1 - client->held);
  if (got <= 0) {
    forget(fd);
    return;
  }
  client->held += got;
  client->request[client->held] = 0;
  char *end = strstr(client->request, "\r\n\r\n");
  if (!end) return;
  char path[256] = "/";
  sscanf(client->request, "%*s %255s", path);
  char *accept = strcasestr(client->request, "\naccept-encoding:");
  int accepts_br = 0;
  if (accept) {
    char *line_end = strchr(accept + 1, '\n');
    char *br = strstr(accept, "br");
    accepts_br = br && br < line_end;
  }
  client->held -= end + 4 - client->request;
  memmove(client->request, end + 4, client->held);
  serve(fd, path, accepts_br);
}

static void welcome(int door) {
  int client = accept4(door, NULL, NULL, SOCK_NONBLOCK), on = 1;
  if (client < 0 || client >= DESCRIPTORS) return;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  clients[client] = calloc(1, sizeof(struct client));
  clients[client]->request = malloc(REQUEST_MAX);
  watch(client, EPOLL_CTL_ADD, EPOLLIN);
}

static void answer_late(void) {
  while (late_first < late_end && late[late_first % LATE_MAX].due <= now()) {
    int fd = late[late_first++ % LATE_MAX].fd;
    if (clients[fd]) respond(fd, SHARED, filler, 1024, "slow");
  }
}

static char *content_of(const char *directory, const char *name, long *length) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  *length = ftell(file);
  rewind(file);
  char *content = malloc(*length + 1);
  *length = fread(content, 1, *length, file);
  fclose(file);
  return content;
}

int main(int words_count, char **words) {
  const char *port = getenv("PORT");
  if (!port) {
    fputs("origin: PORT is not set\n", stderr);
    return 2;
  }
  filler = malloc(BIG);
  for (int i = 0; i < BIG; i++) filler[i] = "cached "[i % 7];
  if (words_count > 1) {
    text = content_of(words[1], "text", &text_length);
    text_br = content_of(words[1], "text.br", &text_br_length);
  }
  epoll = epoll_create1(0);
  int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(door, (struct sockaddr *)&address, sizeof address) || listen(door, 4096)) {
    perror("origin");
    return 1;
  }
  watch(door, EPOLL_CTL_ADD, EPOLLIN);
  struct epoll_event events[512];
  for (;;) {
    int ready = epoll_wait(epoll, events, 512, late_first < late_end ? 5 : -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == door) welcome(door);
      else if (events[i].events & EPOLLOUT) drain(fd);
      else receive(fd);
    }
    answer_late();
  }
}
