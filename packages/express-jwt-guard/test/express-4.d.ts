// Express 4 beside 5, through an alias. The tests use only what both have in common.
declare module 'express-4' {
  import express from 'express'
  export default express
}
