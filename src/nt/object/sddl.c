// SPDX-License-Identifier: MIT
// Security descriptors from their text: O:owner G:group D:flags(entries) S:flags(entries).
#include "nt/object/sid.h"

#include <stdlib.h>
#include <string.h>

struct word {
    char letters[4];
    uint32_t value;
};

static const struct word rights[] = {
    {"GA", GENERIC_ALL},
    {"GR", GENERIC_READ},
    {"GW", GENERIC_WRITE},
    {"GX", GENERIC_EXECUTE},
    {"RC", READ_CONTROL},
    {"SD", DELETE},
    {"WD", WRITE_DAC},
    {"WO", WRITE_OWNER},
    {"FA", FILE_ALL_ACCESS},
    {"FR", FILE_GENERIC_READ},
    {"FW", FILE_GENERIC_WRITE},
    {"FX", FILE_GENERIC_EXECUTE},
    {"CC", 0x001},
    {"DC", 0x002},
    {"LC", 0x004},
    {"SW", 0x008},
    {"RP", 0x010},
    {"WP", 0x020},
    {"DT", 0x040},
    {"LO", 0x080},
    {"CR", 0x100},
    {"NW", SYSTEM_MANDATORY_LABEL_NO_WRITE_UP},
    {"NR", SYSTEM_MANDATORY_LABEL_NO_READ_UP},
    {"NX", SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP},
    {"", 0},
};

static const struct word entry_flags[] = {
    {"CI", CONTAINER_INHERIT_ACE},
    {"OI", OBJECT_INHERIT_ACE},
    {"NP", NO_PROPAGATE_INHERIT_ACE},
    {"IO", INHERIT_ONLY_ACE},
    {"ID", INHERITED_ACE},
    {"SA", SUCCESSFUL_ACCESS_ACE_FLAG},
    {"FA", FAILED_ACCESS_ACE_FLAG},
    {"", 0},
};

#define UNSUPPORTED 0x100
static const struct word entry_types[] = {
    {"AU", SYSTEM_AUDIT_ACE_TYPE},
    {"ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE},
    {"OA", UNSUPPORTED},
    {"OD", UNSUPPORTED},
    {"OU", UNSUPPORTED},
    {"XA", UNSUPPORTED},
    {"XD", UNSUPPORTED},
    {"XU", UNSUPPORTED},
    {"ZA", UNSUPPORTED},
    {"RA", UNSUPPORTED},
    {"SP", UNSUPPORTED},
    {"TL", UNSUPPORTED},
    {"AL", UNSUPPORTED},
    {"OL", UNSUPPORTED},
    {"A", ACCESS_ALLOWED_ACE_TYPE},
    {"D", ACCESS_DENIED_ACE_TYPE},
    {"", 0},
};

// Control bits of the DACL; those of the SACL are the next higher ones.
static const struct word list_flags[] = {
    {"P", SE_DACL_PROTECTED},
    {"AR", SE_DACL_AUTO_INHERIT_REQ},
    {"AI", SE_DACL_AUTO_INHERITED},
    {"", 0},
};

// Steps over a word of the table. NULL: there is none.
static const struct word *take_word(const char **text, const struct word *table)
{
    for (; table->letters[0]; table++) {
        size_t length = strlen(table->letters);

        if (strncmp(*text, table->letters, length) == 0) {
            *text += length;
            return table;
        }
    }
    return NULL;
}

static uint32_t take_words(const char **text, const struct word *table)
{
    const struct word *word;
    uint32_t value = 0;

    while ((word = take_word(text, table)) != NULL)
        value |= word->value;
    return value;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    ++*text;
    return true;
}

// What is being made. The buffer is large enough for as many entries as the text has parentheses.
struct sddl {
    const char *text;
    uint8_t *bytes;
    size_t used;
    SECURITY_DESCRIPTOR_RELATIVE head;
};

static uint32_t append(struct sddl *sddl, const void *from, size_t size)
{
    uint32_t offset = (uint32_t)sddl->used;

    memcpy(sddl->bytes + sddl->used, from, size);
    sddl->used += size;
    return offset;
}

// "0x..", decimal, or words.
static bool read_rights(const char **text, uint32_t *mask)
{
    unsigned long long number;
    char *end;

    if (**text < '0' || **text > '9') {
        *mask = take_words(text, rights);
        return true;
    }
    number = strtoull(*text, &end, 0);
    *text = end;
    *mask = (uint32_t)number;
    return number <= UINT32_MAX;
}

// (type;flags;rights;object;inherited object;who), behind the parenthesis.
static NTSTATUS read_entry(struct sddl *sddl)
{
    const struct word *type = take_word(&sddl->text, entry_types);
    ACE_HEADER header;
    struct wm_sid sid;
    uint32_t mask;
    NTSTATUS st;

    if (type && type->value == UNSUPPORTED)
        return STATUS_NOT_SUPPORTED;
    if (!type || !take(&sddl->text, ';'))
        return STATUS_INVALID_ACL;
    header.AceType = (BYTE)type->value;
    header.AceFlags = (BYTE)take_words(&sddl->text, entry_flags);
    if (!take(&sddl->text, ';') || !read_rights(&sddl->text, &mask) || !take(&sddl->text, ';') ||
        !take(&sddl->text, ';') || !take(&sddl->text, ';'))
        return STATUS_INVALID_ACL;
    st = wm_sid_from_text(&sddl->text, &sid);
    if (st)
        return st;
    if (!take(&sddl->text, ')'))
        return STATUS_INVALID_ACL;
    header.AceSize = (WORD)(sizeof(header) + sizeof(mask) + wm_sid_size(&sid));
    append(sddl, &header, sizeof(header));
    append(sddl, &mask, sizeof(mask));
    append(sddl, &sid, wm_sid_size(&sid));
    return STATUS_SUCCESS;
}

static NTSTATUS read_entries(struct sddl *sddl, uint32_t *offset)
{
    ACL acl = {.AclRevision = ACL_REVISION};
    size_t size;
    NTSTATUS st = STATUS_SUCCESS;

    *offset = append(sddl, &acl, sizeof(acl));
    while (!st && take(&sddl->text, '(')) {
        st = read_entry(sddl);
        acl.AceCount++;
    }
    size = sddl->used - *offset;
    if (!st && size > MAXWORD)
        st = STATUS_INVALID_ACL;
    acl.AclSize = (WORD)size;
    memcpy(sddl->bytes + *offset, &acl, sizeof(acl));
    return st;
}

static NTSTATUS read_list(struct sddl *sddl, uint32_t *offset, WORD present, unsigned shift)
{
    static const char everything[] = "NO_ACCESS_CONTROL";

    if (sddl->head.Control & present)
        return STATUS_INVALID_PARAMETER;
    sddl->head.Control |= (WORD)(take_words(&sddl->text, list_flags) << shift) | present;
    if (strncmp(sddl->text, everything, sizeof(everything) - 1) == 0) {
        sddl->text += sizeof(everything) - 1;
        return STATUS_SUCCESS;
    }
    return read_entries(sddl, offset);
}

static NTSTATUS read_sid(struct sddl *sddl, uint32_t *offset)
{
    struct wm_sid sid;
    NTSTATUS st;

    if (*offset)
        return STATUS_INVALID_PARAMETER;
    st = wm_sid_from_text(&sddl->text, &sid);
    if (!st)
        *offset = append(sddl, &sid, wm_sid_size(&sid));
    return st;
}

static NTSTATUS read_part(struct sddl *sddl)
{
    char part = *sddl->text++;

    if (!part || !take(&sddl->text, ':'))
        return STATUS_INVALID_PARAMETER;
    switch (part) {
    case 'O':
        return read_sid(sddl, &sddl->head.Owner);
    case 'G':
        return read_sid(sddl, &sddl->head.Group);
    case 'D':
        return read_list(sddl, &sddl->head.Dacl, SE_DACL_PRESENT, 0);
    case 'S':
        return read_list(sddl, &sddl->head.Sacl, SE_SACL_PRESENT, 1);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

static size_t most_bytes(const char *text)
{
    size_t entries = 0;

    while ((text = strchr(text, '(')) != NULL) {
        text++;
        entries++;
    }
    return sizeof(SECURITY_DESCRIPTOR_RELATIVE) + 2 * SECURITY_MAX_SID_SIZE + 2 * sizeof(ACL) +
           entries * (sizeof(ACCESS_ALLOWED_ACE) + SECURITY_MAX_SID_SIZE);
}

// Contract in sid.h.
NTSTATUS wm_sddl_read(const char *text, void **descriptor, size_t *size)
{
    struct sddl sddl = {
        .text = text,
        .bytes = malloc(most_bytes(text)),
        .used = sizeof(sddl.head),
        .head = {.Revision = SECURITY_DESCRIPTOR_REVISION, .Control = SE_SELF_RELATIVE},
    };
    NTSTATUS st = STATUS_SUCCESS;

    if (!sddl.bytes)
        return STATUS_NO_MEMORY;
    while (!st && *sddl.text)
        st = read_part(&sddl);
    if (st) {
        free(sddl.bytes);
        return st;
    }
    memcpy(sddl.bytes, &sddl.head, sizeof(sddl.head));
    *descriptor = sddl.bytes;
    *size = sddl.used;
    return STATUS_SUCCESS;
}
