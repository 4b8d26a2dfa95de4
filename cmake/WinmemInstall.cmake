# SPDX-License-Identifier: MIT
# What `cmake --install` puts where: libraries, headers, pkg-config files, the CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS winmem_shared winmem_static winmem_wmain EXPORT winmem-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime
        NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/winmem DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT development FILES_MATCHING PATTERN "*.h")

# The package finds itself relative to its file, so an install may be moved or staged.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/winmem)
install(EXPORT winmem-targets NAMESPACE winmem:: DESTINATION ${package_dir}
    COMPONENT development)
configure_package_config_file(cmake/winmem-config.cmake.in winmem-config.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(winmem-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/winmem-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/winmem-config-version.cmake
    DESTINATION ${package_dir} COMPONENT development)

if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
foreach(pc IN ITEMS winmem winmem-wide)
    configure_file(cmake/${pc}.pc.in ${pc}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${pc}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
