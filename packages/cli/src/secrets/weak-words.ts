/** Words of which people make secrets, in lower case. What stands in tutorials comes first. */
export const WEAK_WORDS: readonly string[] = `
  secret jwt key token password auth api app server private signing sign signature super my your the a an is this
  access refresh session login user admin root master test testing dev development local localhost prod production
  staging stage demo example sample default change changeme me it please replace todo fixme here insert with put
  long random string value text word phrase pass secure security safe strong very really not do share tell anyone
  for use of and or no non only in on at to be by from never always just some one two three
  public shared hmac sha hs bit bits byte bytes base hash salt pepper crypto encrypt encryption json web web-token
  node nodejs express koa nest nestjs next react vue angular java spring boot django flask laravel rails php python
  ruby go golang rust dotnet asp net mongo mongodb mysql postgres redis docker kubernetes aws azure google
  firebase auth0 okta keycloak cognito supabase passport jsonwebtoken jose tutorial course lesson blog todoapp
  shop store chat backend frontend service client company project website site mobile game bot system
  hello world welcome foo bar baz qux lorem ipsum dolor abc xyz alpha beta gamma delta omega
  qwerty qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qwertyuiop poiuytrewq wasd
  letmein iloveyou trustno monkey dragon shadow sunshine princess football baseball soccer hockey batman
  superman pokemon starwars matrix ninja wizard hunter ranger tiger lion eagle falcon panther wolf bear cat dog
  horse fish bird flower summer winter spring autumn monday friday january march june july august october
  december coffee chocolate cookie cheese pizza banana apple orange lemon cherry pepper potato keyboard cat mouse
  computer internet windows linux ubuntu debian apache github gitlab google facebook twitter amazon netflix
  london paris berlin newyork tokyo madrid moscow india china brazil america europe freedom liberty
  michael jennifer jessica daniel thomas robert charlie george jordan andrew ashley amanda nicole matthew
  love money power magic star moon sun sky ocean river mountain fire water earth light dark night angel devil
  god jesus heaven hell king queen prince hero legend champion winner money lucky happy smile peace
  topsecret supersecret verysecret mysecret yoursecret jwtsecret secretkey privatekey apikey accesstoken
  refreshtoken tokensecret authsecret sessionsecret appsecret nothing none null undefined nan true false object
  empty unknown temp temporary tmp old new current backup gatewarden
`
  .trim()
  .split(/\s+/)
  .map((word) => word.replace(/-/g, ''))
