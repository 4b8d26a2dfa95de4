// SPDX-License-Identifier: MIT
// The rules of sharing, without the protocol that keeps them.
#include "nt/file/share.h"

// Which rights count for sharing: the others ignore it, and are ignored.
uint8_t wm_share_access_bits(ACCESS_MASK granted)
{
    return (uint8_t)((granted & (FILE_READ_DATA | FILE_EXECUTE) ? WM_SHARE_R : 0) |
                     (granted & (FILE_WRITE_DATA | FILE_APPEND_DATA) ? WM_SHARE_W : 0) |
                     (granted & DELETE ? WM_SHARE_D : 0));
}

// What others must not do.
uint8_t wm_share_deny_bits(ULONG share)
{
    return (uint8_t)((share & FILE_SHARE_READ ? 0 : WM_SHARE_R) |
                     (share & FILE_SHARE_WRITE ? 0 : WM_SHARE_W) |
                     (share & FILE_SHARE_DELETE ? 0 : WM_SHARE_D));
}

// Contract in share.h.
bool wm_share_conflict(uint8_t access_a, uint8_t deny_a, uint8_t access_b, uint8_t deny_b)
{
    return access_a && access_b && ((access_a & deny_b) || (access_b & deny_a));
}
