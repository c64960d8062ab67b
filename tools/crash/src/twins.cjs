'use strict';
exports.planted = () => ({});
