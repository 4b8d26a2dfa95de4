// SPDX-License-Identifier: MIT
// Well-known security identifiers, and identifiers as text.
#include "nt/object/sid.h"

#include <stdio.h>
#include <string.h>

struct known_sid {
    uint8_t type; // WELL_KNOWN_SID_TYPE
    char letters[3];
    uint8_t authority, count;
    uint32_t sub[2];
};

static const struct known_sid known_sids[] = {
    {WinNullSid, "", 0, 1, {SECURITY_NULL_RID}},
    {WinWorldSid, "WD", 1, 1, {SECURITY_WORLD_RID}},
    {WinLocalSid, "", 2, 1, {SECURITY_LOCAL_RID}},
    {WinCreatorOwnerSid, "CO", 3, 1, {SECURITY_CREATOR_OWNER_RID}},
    {WinCreatorGroupSid, "CG", 3, 1, {SECURITY_CREATOR_GROUP_RID}},
    {WinCreatorOwnerRightsSid, "OW", 3, 1, {SECURITY_CREATOR_OWNER_RIGHTS_RID}},
    {WinNtAuthoritySid, "", 5, 0, {0}},
    {WinDialupSid, "", 5, 1, {SECURITY_DIALUP_RID}},
    {WinNetworkSid, "NU", 5, 1, {SECURITY_NETWORK_RID}},
    {WinBatchSid, "", 5, 1, {SECURITY_BATCH_RID}},
    {WinInteractiveSid, "IU", 5, 1, {SECURITY_INTERACTIVE_RID}},
    {WinServiceSid, "SU", 5, 1, {SECURITY_SERVICE_RID}},
    {WinAnonymousSid, "AN", 5, 1, {SECURITY_ANONYMOUS_LOGON_RID}},
    {WinAuthenticatedUserSid, "AU", 5, 1, {SECURITY_AUTHENTICATED_USER_RID}},
    {WinRestrictedCodeSid, "RC", 5, 1, {SECURITY_RESTRICTED_CODE_RID}},
    {WinLocalSystemSid, "SY", 5, 1, {SECURITY_LOCAL_SYSTEM_RID}},
    {WinLocalServiceSid, "LS", 5, 1, {SECURITY_LOCAL_SERVICE_RID}},
    {WinNetworkServiceSid, "NS", 5, 1, {SECURITY_NETWORK_SERVICE_RID}},
    {WinBuiltinDomainSid, "", 5, 1, {SECURITY_BUILTIN_DOMAIN_RID}},
    {WinBuiltinAdministratorsSid, "BA", 5, 2, {SECURITY_BUILTIN_DOMAIN_RID, 544}},
    {WinBuiltinUsersSid, "BU", 5, 2, {SECURITY_BUILTIN_DOMAIN_RID, 545}},
    {WinBuiltinGuestsSid, "BG", 5, 2, {SECURITY_BUILTIN_DOMAIN_RID, 546}},
    {WinBuiltinPowerUsersSid, "PU", 5, 2, {SECURITY_BUILTIN_DOMAIN_RID, 547}},
    {WinBuiltinAnyPackageSid, "AC", 15, 2, {SECURITY_APP_PACKAGE_BASE_RID, 1}},
    {WinUntrustedLabelSid, "", 16, 1, {SECURITY_MANDATORY_UNTRUSTED_RID}},
    {WinLowLabelSid, "LW", 16, 1, {SECURITY_MANDATORY_LOW_RID}},
    {WinMediumLabelSid, "ME", 16, 1, {SECURITY_MANDATORY_MEDIUM_RID}},
    {WinHighLabelSid, "HI", 16, 1, {SECURITY_MANDATORY_HIGH_RID}},
    {WinSystemLabelSid, "SI", 16, 1, {SECURITY_MANDATORY_SYSTEM_RID}},
};
#define KNOWN (sizeof(known_sids) / sizeof(known_sids[0]))

static void make(const struct known_sid *known, struct wm_sid *out)
{
    *out = (struct wm_sid){.revision = SID_REVISION, .count = known->count};
    out->authority[5] = known->authority;
    memcpy(out->sub, known->sub, sizeof(known->sub));
}

// Contract in sid.h.
bool wm_sid_well_known(WELL_KNOWN_SID_TYPE type, struct wm_sid *out)
{
    for (size_t i = 0; i < KNOWN; i++) {
        if (known_sids[i].type == (unsigned)type) {
            make(&known_sids[i], out);
            return true;
        }
    }
    return false;
}

// Contract in sid.h. Large authorities are written in hexadecimal.
size_t wm_sid_to_text(const struct wm_sid *sid, char text[WM_SID_TEXT])
{
    uint64_t authority = wm_sid_authority(sid);
    int length;

    length = snprintf(text, WM_SID_TEXT, authority >> 32 ? "S-%u-0x%012llX" : "S-%u-%llu",
                      sid->revision, (unsigned long long)authority);
    for (unsigned i = 0; i < sid->count; i++)
        length += snprintf(text + length, WM_SID_TEXT - (size_t)length, "-%u", sid->sub[i]);
    return (size_t)length;
}

static int digit(char c, unsigned base)
{
    int value = -1;

    if (c >= '0' && c <= '9')
        value = c - '0';
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
        value = (c | 32) - 'a' + 10;
    return value < (int)base ? value : -1;
}

// A decimal number, or a hexadecimal one behind 0x, no larger than `most`.
static bool read_number(const char **text, uint64_t most, uint64_t *out)
{
    unsigned base = (*text)[0] == '0' && ((*text)[1] | 32) == 'x' ? 16 : 10;
    uint64_t value = 0;

    if (base == 16)
        *text += 2;
    if (digit(**text, base) < 0)
        return false;
    for (; digit(**text, base) >= 0; ++*text) {
        value = value * base + (unsigned)digit(**text, base);
        if (value > most)
            return false;
    }
    *out = value;
    return true;
}

static NTSTATUS from_numbers(const char **text, struct wm_sid *out)
{
    uint64_t number;

    *text += 2;
    *out = (struct wm_sid){0};
    if (!read_number(text, UINT8_MAX, &number) || number != SID_REVISION || *(*text)++ != '-' ||
        !read_number(text, (1ull << 48) - 1, &number))
        return STATUS_INVALID_SID;
    out->revision = SID_REVISION;
    for (int i = 5; i >= 0; i--, number >>= 8)
        out->authority[i] = (uint8_t)number;
    while (**text == '-') {
        ++*text;
        if (out->count == SID_MAX_SUB_AUTHORITIES || !read_number(text, UINT32_MAX, &number))
            return STATUS_INVALID_SID;
        out->sub[out->count++] = (uint32_t)number;
    }
    return out->count ? STATUS_SUCCESS : STATUS_INVALID_SID;
}

// Letters for accounts that only a domain or a machine's own database could number.
static bool is_account(const char *letters)
{
    static const char accounts[][3] = {"LA", "LG", "DA", "DU", "DG", "DC", "DD",
                                       "CA", "EA", "SA", "PA", "RS", "CN", "AP"};

    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++)
        if (memcmp(letters, accounts[i], 2) == 0)
            return true;
    return false;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

// Contract in sid.h.
NTSTATUS wm_sid_from_text(const char **text, struct wm_sid *out)
{
    char letters[2];

    if (upper((*text)[0]) == 'S' && (*text)[1] == '-')
        return from_numbers(text, out);
    if (!(*text)[0] || !(*text)[1])
        return STATUS_INVALID_SID;
    letters[0] = upper((*text)[0]);
    letters[1] = upper((*text)[1]);
    for (size_t i = 0; i < KNOWN; i++) {
        if (memcmp(letters, known_sids[i].letters, 2) == 0) {
            make(&known_sids[i], out);
            *text += 2;
            return STATUS_SUCCESS;
        }
    }
    return is_account(letters) ? STATUS_NOT_SUPPORTED : STATUS_INVALID_SID;
}
