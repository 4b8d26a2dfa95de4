// SPDX-License-Identifier: MIT
// The texts of Win32 errors, in our own words.
#include "nt/process/message.h"

#include <stdio.h>

#include <winerror.h>

#include "base/compiler.h"

#define HIGHEST_ERROR 15999 // the last number that Win32 errors use

static const struct {
    uint32_t code;
    const char *text;
} texts[] = {
    {ERROR_SUCCESS, "The operation succeeded."},
    {ERROR_INVALID_FUNCTION, "The function is not valid here."},
    {ERROR_FILE_NOT_FOUND, "The file was not found."},
    {ERROR_PATH_NOT_FOUND, "A folder of the path was not found."},
    {ERROR_TOO_MANY_OPEN_FILES, "Too many files are open."},
    {ERROR_ACCESS_DENIED, "Access was denied."},
    {ERROR_INVALID_HANDLE, "The handle is not valid, or not one of the needed kind."},
    {ERROR_NOT_ENOUGH_MEMORY, "There is not enough memory for this."},
    {ERROR_BAD_ENVIRONMENT, "The environment is not valid."},
    {ERROR_BAD_FORMAT, "The format of the program is wrong."},
    {ERROR_INVALID_ACCESS, "The access code is not valid."},
    {ERROR_INVALID_DATA, "The data are not valid."},
    {ERROR_OUTOFMEMORY, "There is not enough memory to finish this."},
    {ERROR_INVALID_DRIVE, "The drive was not found."},
    {ERROR_NOT_SAME_DEVICE, "Source and target lie on different drives."},
    {ERROR_NO_MORE_FILES, "There are no more files."},
    {ERROR_WRITE_PROTECT, "The medium is write-protected."},
    {ERROR_NOT_READY, "The device is not ready."},
    {ERROR_BAD_LENGTH, "The length of the command is wrong."},
    {ERROR_WRITE_FAULT, "Writing to the device failed."},
    {ERROR_READ_FAULT, "Reading from the device failed."},
    {ERROR_GEN_FAILURE, "A device, or the system below, does not work."},
    {ERROR_SHARING_VIOLATION, "The file is in use in a way that does not allow this."},
    {ERROR_LOCK_VIOLATION, "Another process has locked a part of the file."},
    {ERROR_HANDLE_EOF, "The end of the file was reached."},
    {ERROR_HANDLE_DISK_FULL, "The disk is full."},
    {ERROR_NOT_SUPPORTED, "The request is not supported."},
    {ERROR_BAD_NETPATH, "The network path was not found."},
    {ERROR_UNEXP_NET_ERR, "An unexpected network error occurred."},
    {ERROR_FILE_EXISTS, "The file exists already."},
    {ERROR_CANNOT_MAKE, "The file or folder can't be created."},
    {ERROR_INVALID_PARAMETER, "A parameter is wrong."},
    {ERROR_BROKEN_PIPE, "The other end of the pipe is closed."},
    {ERROR_DISK_FULL, "There is not enough space on the disk."},
    {ERROR_CALL_NOT_IMPLEMENTED, "This system does not have the function."},
    {ERROR_INSUFFICIENT_BUFFER, "The buffer given is too small."},
    {ERROR_INVALID_NAME, "The syntax of the name is wrong."},
    {ERROR_MOD_NOT_FOUND, "The module was not found."},
    {ERROR_PROC_NOT_FOUND, "The function was not found in the module."},
    {ERROR_NEGATIVE_SEEK, "The position would lie before the start of the file."},
    {ERROR_DIR_NOT_EMPTY, "The folder is not empty."},
    {ERROR_NOT_LOCKED, "The segment is unlocked already."},
    {ERROR_BAD_PATHNAME, "The path is not valid."},
    {ERROR_BUSY, "The resource is in use."},
    {ERROR_ALREADY_EXISTS, "It exists already."},
    {ERROR_BAD_EXE_FORMAT, "This is no valid program or module."},
    {ERROR_ENVVAR_NOT_FOUND, "The environment variable was not found."},
    {ERROR_FILENAME_EXCED_RANGE, "The name or its extension is too long."},
    {ERROR_FILE_TOO_LARGE, "The file is too large."},
    {ERROR_NO_DATA, "The pipe is being closed."},
    {ERROR_MORE_DATA, "More data are available."},
    {ERROR_NO_MORE_ITEMS, "There are no more items."},
    {ERROR_DIRECTORY, "This is no folder."},
    {ERROR_NOT_OWNER, "The caller does not own the mutex."},
    {ERROR_PARTIAL_COPY, "Only a part of the memory could be read or written."},
    {ERROR_INVALID_ADDRESS, "The address is not valid for this."},
    {ERROR_OPERATION_ABORTED, "The operation was aborted."},
    {ERROR_IO_INCOMPLETE, "The operation has not finished."},
    {ERROR_IO_PENDING, "The operation goes on in the background."},
    {ERROR_NOACCESS, "The memory can't be accessed."},
    {ERROR_INVALID_FLAGS, "The flags are not valid."},
    {ERROR_FILE_INVALID, "The file changed so that the handle is no longer valid, or is empty."},
    {ERROR_MAPPED_ALIGNMENT, "Base address or offset is not a multiple of the granularity."},
    {ERROR_NO_UNICODE_TRANSLATION, "There is no such character in the other encoding."},
    {ERROR_IO_DEVICE, "The device reported an error."},
    {ERROR_POSSIBLE_DEADLOCK, "Waiting for this could never end."},
    {ERROR_USER_MAPPED_FILE, "The file is mapped, and this would change a mapped part."},
    {ERROR_NOT_FOUND, "It was not found."},
    {ERROR_PRIVILEGE_NOT_HELD, "The caller lacks a privilege that this needs."},
    {ERROR_NO_SYSTEM_RESOURCES, "The system lacks the resources for this."},
    {ERROR_WORKING_SET_QUOTA, "The working set may not grow that far."},
    {ERROR_COMMITMENT_LIMIT, "Memory and paging file do not suffice for this."},
    {ERROR_TIMEOUT, "The time for this ran out."},
    {ERROR_INVALID_USER_BUFFER, "The buffer given is not valid."},
};

// Contract in message.h.
bool wm_message_text(uint32_t code, char *buffer, size_t size)
{
    if (code >> 16 == 0x8007) // HRESULT_FROM_WIN32
        code &= 0xffff;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].code == code) {
            snprintf(buffer, size, "%s%%n", texts[i].text);
            return true;
        }
    }
    if (code > HIGHEST_ERROR)
        return false;
    snprintf(buffer, size, "Error %u.%%n", code);
    return true;
}
