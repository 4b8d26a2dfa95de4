// SPDX-License-Identifier: MIT
// ioapiset.h: device control.
#include <ioapiset.h>

#include <winioctl.h>

#include "nt/file/file.h"
#include "win32/result.h"

static NTSTATUS set_sparse(HANDLE file, const void *in, DWORD size)
{
    // Without a buffer the answer is yes.
    if (!in)
        return wm_file_set_sparse(file, true);
    if (size < sizeof(FILE_SET_SPARSE_BUFFER))
        return STATUS_INVALID_PARAMETER;
    return wm_file_set_sparse(file, ((const FILE_SET_SPARSE_BUFFER *)in)->SetSparse);
}

// The handle is judged before the code.
static NTSTATUS unknown_code(HANDLE device)
{
    struct wm_handle_use use;
    struct wm_file *file;
    NTSTATUS st = wm_file_use(device, 0, &use, &file);

    if (st)
        return st;
    wm_handle_end(&use);
    return STATUS_INVALID_DEVICE_REQUEST;
}

BOOL WINAPI DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer,
                            DWORD nInBufferSize, LPVOID lpOutBuffer, DWORD nOutBufferSize,
                            LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped)
{
    NTSTATUS st;

    (void)lpOutBuffer;
    (void)nOutBufferSize;
    if (dwIoControlCode == FSCTL_SET_SPARSE)
        st = set_sparse(hDevice, lpInBuffer, nInBufferSize);
    else
        st = unknown_code(hDevice);
    if (lpBytesReturned)
        *lpBytesReturned = 0;
    if (lpOverlapped) {
        lpOverlapped->Internal = (ULONG_PTR)(ULONG)st;
        lpOverlapped->InternalHigh = 0;
    }
    return wm_result(st);
}
