/* A PKCS#11 module that hands every call on to a real one, and does one thing wrong: what TOKEN_FAULT says.
   Functions stand in the list in the order of PKCS#11; behind the version each is one pointer. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long (*function)();
struct list {
  unsigned char version[2];
  function functions[68];
};
enum { GET_FUNCTION_LIST = 3, GET_TOKEN_INFO = 6, LOGIN = 18, SIGN = 43 };
enum { FLAGS_AT = 96, COUNT_LOW = 0x10000, FINAL_TRY = 0x20000, LOCKED = 0x40000, LOGIN_FLAG = 0x4 };
enum { DEVICE_REMOVED = 0x32, PIN_LOCKED = 0xA4 };

static struct list real, shown;

static int has(const char *fault) {
  const char *said = getenv("TOKEN_FAULT");
  return said != NULL && strcmp(said, fault) == 0;
}

static unsigned long token_info(unsigned long slot, unsigned char *info) {
  unsigned long result = real.functions[GET_TOKEN_INFO](slot, info), flags;
  memcpy(&flags, info + FLAGS_AT, sizeof flags);
  if (has("last-try")) flags |= FINAL_TRY;
  if (has("locked")) flags |= LOCKED;
  memcpy(info + FLAGS_AT, &flags, sizeof flags);
  return result;
}

static unsigned long login(unsigned long session, unsigned long user, void *pin, unsigned long length) {
  if (has("locks")) return PIN_LOCKED;
  return real.functions[LOGIN](session, user, pin, length);
}

static unsigned long sign(unsigned long session, void *data, unsigned long length, unsigned char *out, unsigned long *size) {
  if (has("removed")) return DEVICE_REMOVED;
  unsigned long result = real.functions[SIGN](session, data, length, out, size);
  if (out != NULL && has("garbage")) out[0] ^= 1;
  if (out != NULL && has("short")) *size = 63;
  return result;
}

unsigned long C_GetFunctionList(struct list **out);

unsigned long C_GetFunctionList(struct list **out) {
  void *module = dlopen(getenv("TOKEN_MODULE"), RTLD_NOW);
  struct list *list;
  if (module == NULL) return 5;
  function get = (function)dlsym(module, "C_GetFunctionList");
  if (get == NULL || get(&list) != 0) return 5;
  real = shown = *list;
  shown.functions[GET_FUNCTION_LIST] = (function)C_GetFunctionList;
  shown.functions[GET_TOKEN_INFO] = (function)token_info;
  shown.functions[LOGIN] = (function)login;
  shown.functions[SIGN] = (function)sign;
  *out = &shown;
  return 0;
}
