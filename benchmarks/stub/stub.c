/* A very cheap HTTP/1.1 server for measuring clients: it answers each method and path with bytes prepared beforehand.
 * Usage: stub FOLDER, where FOLDER/routes.tsv has lines `GET /path<TAB>file`. Prints its port, serves until standard input ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ROUTES 64
#define MAX_REQUEST (1 << 20)

struct route { char line[256]; char *bytes; size_t size; };
static struct route routes[MAX_ROUTES];
static int route_count;
static const char missing[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

static void load(const char *folder) {
    char name[1024], line[1024], file[512];
    snprintf(name, sizeof name, "%s/routes.tsv", folder);
    FILE *table = fopen(name, "r");
    if (!table) { perror(name); exit(1); }
    while (route_count < MAX_ROUTES && fgets(line, sizeof line, table)) {
        struct route *route = &routes[route_count];
        if (sscanf(line, "%255[^\t]\t%511s", route->line, file) != 2) continue;
        snprintf(name, sizeof name, "%s/%s", folder, file);
        FILE *body = fopen(name, "rb");
        if (!body) { perror(name); exit(1); }
        fseek(body, 0, SEEK_END);
        route->size = (size_t)ftell(body);
        rewind(body);
        route->bytes = malloc(route->size + 1);
        if (fread(route->bytes, 1, route->size, body) != route->size) { perror(name); exit(1); }
        fclose(body);
        route_count++;
    }
    fclose(table);
}

static int send_all(int socket, const char *bytes, size_t size) {
    while (size) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        bytes += sent;
        size -= (size_t)sent;
    }
    return 0;
}

static int answer(int socket, char *request) {
    char *path = strchr(request, ' ');
    if (!path) return -1;
    size_t length = (size_t)(path - request) + 1 + strcspn(path + 1, " ?");
    for (int i = 0; i < route_count; i++)
        if (strlen(routes[i].line) == length && !memcmp(routes[i].line, request, length))
            return send_all(socket, routes[i].bytes, routes[i].size);
    return send_all(socket, missing, sizeof missing - 1);
}

static void *serve(void *argument) {
    int socket = (int)(long)argument, on = 1;
    char *buffer = malloc(MAX_REQUEST + 1);
    size_t used = 0;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (;;) {
        buffer[used] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (end) {
            char *field = strcasestr(buffer, "\r\ncontent-length:");
            size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
            size_t whole = (size_t)(end - buffer) + 4 + body;
            if (whole > MAX_REQUEST) break;
            if (used >= whole) {
                if (answer(socket, buffer)) break;
                memmove(buffer, buffer + whole, used - whole);
                used -= whole;
                continue;
            }
        }
        ssize_t got = used < MAX_REQUEST ? recv(socket, buffer + used, MAX_REQUEST - used, 0) : 0;
        if (got <= 0) break;
        used += (size_t)got;
    }
    close(socket);
    free(buffer);
    return NULL;
}

static void *accept_all(void *argument) {
    for (;;) {
        int client = accept((int)(long)argument, NULL, NULL);
        pthread_t thread;
        if (client < 0) continue;
        if (pthread_create(&thread, NULL, serve, (void *)(long)client)) close(client);
        else pthread_detach(thread);
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 2) { fprintf(stderr, "usage: stub FOLDER\n"); return 2; }
    load(arguments[1]);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 256)) { perror("listen"); return 1; }
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    pthread_create(&thread, NULL, accept_all, (void *)(long)listener);
    while (getchar() != EOF) {}
    return 0;
}
