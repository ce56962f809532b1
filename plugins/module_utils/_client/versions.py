# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The versions of the SOAP services.

:mod:`_client.soap.schema` has their operations and data types.
"""

from __future__ import annotations

VERSIONS = (75, 80, 81, 82, 83, 84, 85, 86, 87, 88)
# The first version with AuthenticateWithAccessToken.
TAKES_ACCESS_TOKEN = 86
