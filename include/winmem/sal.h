// SPDX-License-Identifier: MIT
// Microsoft's source annotations, all empty: they only inform Microsoft's analyser.
//
// The older words with two leading underscores (the ones spelt "in", "out", "inout") are left out
// on purpose: the C++ standard library uses them as parameter names.
#ifndef WINMEM_SAL_H
#define WINMEM_SAL_H

#define _Use_decl_annotations_
#define _Notnull_
#define _Maybenull_
#define _Null_
#define _Reserved_
#define _Const_
#define _Pre_valid_
#define _Pre_null_
#define _Pre_notnull_
#define _Pre_maybenull_
#define _Post_valid_
#define _Post_invalid_
#define _Post_ptr_invalid_
#define _Post_equals_last_error_
#define _Check_return_
#define _Must_inspect_result_
#define _Printf_format_string_
#define _Scanf_format_string_
#define _Null_terminated_
#define _NullNull_terminated_
#define _Points_to_data_
#define _Interlocked_operand_
#define _Frees_ptr_
#define _Frees_ptr_opt_
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#define _Guarded_by_(lock)
#define _Raises_SEH_exception_
#define _Analysis_noreturn_
#define _Analysis_assume_(expression)
#define _Success_(expression)
#define _Return_type_success_(expression)
#define _On_failure_(annotations)
#define _When_(expression, annotations)
#define _At_(target, annotations)
#define _Group_(annotations)
#define _Field_range_(low, high)
#define _Field_size_(count)
#define _Field_size_bytes_(bytes)
#define _Field_size_opt_(count)
#define _Struct_size_bytes_(bytes)
#define _Field_z_
#define _Pre_satisfies_(expression)
#define _Post_satisfies_(expression)
#define _Literal_

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_range_(low, high)
#define _In_reads_(count)
#define _In_reads_opt_(count)
#define _In_reads_bytes_(bytes)
#define _In_reads_bytes_opt_(bytes)
#define _In_reads_z_(count)
#define _In_reads_or_z_(count)
#define _In_NLS_string_(count)

#define _Out_
#define _Out_opt_
#define _Out_range_(low, high)
#define _Out_writes_(count)
#define _Out_writes_opt_(count)
#define _Out_writes_all_(count)
#define _Out_writes_bytes_(bytes)
#define _Out_writes_bytes_opt_(bytes)
#define _Out_writes_bytes_all_(bytes)
#define _Out_writes_to_(count, used)
#define _Out_writes_to_opt_(count, used)
#define _Out_writes_bytes_to_(bytes, used)
#define _Out_writes_bytes_to_opt_(bytes, used)
#define _Out_writes_z_(count)
#define _Out_writes_opt_z_(count)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_result_z_
#define _Outptr_result_buffer_(count)
#define _Outptr_result_bytebuffer_(bytes)
#define _COM_Outptr_
#define _Outref_

#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Inout_updates_(count)
#define _Inout_updates_opt_(count)
#define _Inout_updates_bytes_(bytes)
#define _Inout_updates_bytes_opt_(bytes)
#define _Inout_updates_z_(count)

#define _Ret_
#define _Ret_z_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_range_(low, high)
#define _Ret_writes_(count)
#define _Ret_writes_bytes_(bytes)
#define _Ret_writes_maybenull_(count)
#define _Ret_writes_bytes_maybenull_(bytes)

#define _Function_class_(name)
#define _IRQL_requires_max_(level)
#define __drv_aliasesMem
#define __analysis_assume(expression)

#endif
